package io.millrace.sinks.ledger;

import static io.millrace.sinks.ledger.Loader.RUN;
import static io.millrace.sinks.ledger.Loader.plan;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Nonces;
import io.millrace.sinks.store.LocalStore;
import io.millrace.sinks.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A process that loads two plans of a run, one after the other, on a real disk; before each of its
 * calls that has an effect, in turn, something happens to it. In the end the run is that of the
 * second plan, whatever it was.
 */
class StoreLedgerFaultTest {
  private static final Instant NOW = Instant.parse("2026-11-19T12:00:00Z");

  @TempDir Path folder;

  private final Nonces nonces = new Nonces(new Random(1));
  private Path root;
  private ObjectStore store;
  private Visible visible;

  private static final class Crash extends Error {}

  @Test
  void killedBeforeAnyCallAndStartedAgain() {
    int calls =
        forEveryCall(
            call -> {
              throw new Crash();
            });

    assertThat(calls).isGreaterThan(25);
  }

  @Test
  void overtakenByAnotherProcessAtAnyCall() {
    forEveryCall(call -> loadBoth(store));
  }

  @Test
  void killedAtAnyCallAfterAnotherProcessDidSomeOfTheWork() {
    forEveryCall(
        call -> {
          var left = new int[] {call % 23};
          try {
            loadBoth(
                watched(
                    () -> {
                      if (left[0]-- == 0) {
                        throw new Crash();
                      }
                    }));
          } catch (Crash crash) {
            // the other one is dead too
          }
          throw new Crash();
        });
  }

  /** Tells how many calls with an effect an undisturbed process makes. */
  private int forEveryCall(Consumer<Integer> event) {
    for (int call = 0; ; call++) {
      begin(call);
      boolean happened = loadWith(call, event);
      loadBoth(store);
      visible.checkFinally();
      assertThat(visible.newestPlan(RUN)).isEqualTo(plan(2, 2).plan().plan());
      if (!happened) {
        return call;
      }
    }
  }

  private boolean loadWith(int call, Consumer<Integer> event) {
    var calls = new int[1];
    try {
      loadBoth(
          watched(
              () -> {
                if (calls[0]++ == call) {
                  visible.check();
                  event.accept(call);
                  visible.check();
                }
              }));
    } catch (Crash crash) {
      // seen from outside it just ends
    }
    visible.check();
    return calls[0] > call;
  }

  /** The store, with something run before every effect. */
  private ObjectStore watched(Runnable beforeEffect) {
    return new SteppedStore(
        store,
        new SteppedStore.Turn() {
          @Override
          public void take() {
            beforeEffect.run();
          }

          @Override
          public void takeToLook() {}
        });
  }

  private void begin(int call) {
    root = folder.resolve("call-" + call);
    store = new LocalStore(root, nonces);
    visible =
        new Visible(
            store,
            this::keys,
            StoreLedger.look(store, Loader.context("kafka-1", nonces, () -> NOW)));
  }

  private void loadBoth(ObjectStore seen) {
    var loader = new Loader(seen, nonces, () -> NOW, Duration.ZERO);
    loader.load(plan(1, 1));
    loader.load(plan(2, 2));
    loader.settleAll();
  }

  private List<String> keys() {
    try (Stream<Path> files = Files.walk(root)) {
      return files.filter(Files::isRegularFile).map(f -> root.relativize(f).toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
