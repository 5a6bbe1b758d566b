package io.millrace.sinks.store.s3;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** What happens to the requests that pass the switch before a store, and what has passed it. */
public final class Faults {
  private final List<StoreRequest> seen = new ArrayList<>();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private CountDownLatch silence = new CountDownLatch(1);

  private static final class Rule {
    final Fault fault;
    final Predicate<StoreRequest> which;
    final AtomicInteger times;

    Rule(Fault fault, int times, Predicate<StoreRequest> which) {
      this.fault = fault;
      this.times = new AtomicInteger(times);
      this.which = which;
    }

    boolean meets(StoreRequest request) {
      return times.get() > 0 && which.test(request) && times.getAndDecrement() > 0;
    }
  }

  /** The next requests of an operation, such as {@code CopyObject}, meet a fault. */
  public void next(int times, String operation, Fault fault) {
    next(times, request -> request.operation().equals(operation), fault);
  }

  /** The next requests that are like this meet a fault. */
  public void next(int times, Predicate<StoreRequest> which, Fault fault) {
    rules.add(new Rule(fault, times, which));
  }

  /** All requests of an operation meet a fault until {@link #clear}. */
  public void always(String operation, Fault fault) {
    next(Integer.MAX_VALUE, operation, fault);
  }

  /** No more faults; who waits in silence is let go. What has passed is forgotten. */
  public synchronized void clear() {
    rules.clear();
    seen.clear();
    silence.countDown();
    silence = new CountDownLatch(1);
  }

  /** The requests that came since the last {@link #clear}. */
  public synchronized List<StoreRequest> requests() {
    return List.copyOf(seen);
  }

  /** How many of each operation came since the last {@link #clear}. */
  public Map<String, Long> counts() {
    return requests().stream()
        .collect(
            Collectors.groupingBy(StoreRequest::operation, TreeMap::new, Collectors.counting()));
  }

  Optional<Fault> meet(StoreRequest request) {
    synchronized (this) {
      seen.add(request);
    }
    return rules.stream().filter(rule -> rule.meets(request)).findFirst().map(rule -> rule.fault);
  }

  void awaitClear() throws InterruptedException {
    CountDownLatch until;
    synchronized (this) {
      until = silence;
    }
    until.await();
  }
}
