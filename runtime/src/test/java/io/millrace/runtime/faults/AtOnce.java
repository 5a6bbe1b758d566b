package io.millrace.runtime.faults;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Cases that run side by side, told one by one. More at a time than there are cores: mostly they
 * wait for a group to miss a dead member.
 */
final class AtOnce {
  private static final int AT_A_TIME = 6;

  /** Something to prove. */
  interface Proof {
    void prove() throws Exception;
  }

  private record Begun(String name, Future<?> outcome) {}

  private final ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
  private final List<Begun> cases = new ArrayList<>();

  void add(String name, Proof proof) {
    cases.add(
        new Begun(
            name,
            threads.submit(
                () -> {
                  proof.prove();
                  return name;
                })));
  }

  /** The cases that were added; each test waits for its own. */
  Stream<DynamicTest> tests() {
    threads.shutdown();
    return cases.stream().map(begun -> dynamicTest(begun.name, () -> begun.outcome.get()));
  }
}
