package io.millrace.runtime.simulation;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Threads that do one task when told to. A task that is told to while another runs is nested. */
final class SteppedThreads extends AbstractExecutorService implements ScheduledExecutorService {
  private record Task(long at, long number, Runnable work) {}

  private final InstantSource clock;
  private final int threads;
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::number));
  private long numbers;
  private int running;
  private boolean shutdown;

  SteppedThreads(InstantSource clock, int threads) {
    this.clock = clock;
    this.threads = threads;
  }

  /** Whether a task is due and a thread is free. */
  boolean canStep() {
    return running < threads && !tasks.isEmpty() && tasks.peek().at() <= clock.millis();
  }

  /** Does the first task that is due. */
  void step() {
    Task task = tasks.remove();
    running++;
    try {
      task.work().run();
    } finally {
      running--;
    }
  }

  private void add(long delayMillis, Runnable work) {
    tasks.add(new Task(clock.millis() + delayMillis, numbers++, work));
  }

  @Override
  public void execute(Runnable work) {
    if (!shutdown) {
      add(0, work);
    }
  }

  /** Nobody asks for the future: null. */
  @Override
  public ScheduledFuture<?> schedule(Runnable work, long delay, TimeUnit unit) {
    add(unit.toMillis(delay), work);
    return null;
  }

  /** Nobody asks for the future: null. */
  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable work, long first, long delay, TimeUnit unit) {
    add(unit.toMillis(first), () -> again(work, unit.toMillis(delay)));
    return null;
  }

  private void again(Runnable work, long delayMillis) {
    work.run();
    add(delayMillis, () -> again(work, delayMillis));
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> work, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable work, long first, long period, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void shutdown() {
    shutdown = true;
  }

  @Override
  public List<Runnable> shutdownNow() {
    shutdown = true;
    var left = new ArrayList<Runnable>();
    while (!tasks.isEmpty()) {
      left.add(tasks.remove().work());
    }
    return left;
  }

  @Override
  public boolean isShutdown() {
    return shutdown;
  }

  @Override
  public boolean isTerminated() {
    return shutdown && tasks.isEmpty() && running == 0;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isTerminated();
  }
}
