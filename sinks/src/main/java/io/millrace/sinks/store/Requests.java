package io.millrace.sinks.store;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/** Calls to a store that run beside each other, on a few threads that go when they idle. */
public final class Requests {
  private static final int THREADS = 8;
  private static final long IDLE_SECONDS = 5;

  private final ThreadPoolExecutor threads;

  public Requests(String name) {
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              var thread = new Thread(work, name);
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** Begins a call. */
  public <T> Future<T> begin(Supplier<T> call) {
    return threads.submit(call::get);
  }

  /** The answers to one call per item, in order; all have ended when one of them has failed. */
  public <A, T> List<T> forEach(Collection<A> items, Function<A, T> call) {
    if (items.size() == 1) {
      return List.of(call.apply(items.iterator().next()));
    }
    List<Future<T>> running =
        items.stream().map(item -> threads.submit(() -> call.apply(item))).toList();
    var answers = new ArrayList<T>();
    RuntimeException failure = null;
    for (Future<T> each : running) {
      try {
        answers.add(await(each));
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
    return answers;
  }

  /**
   * A call's answer, or what it threw.
   *
   * @throws MillraceException (TARGET) also if this thread is told to stop
   */
  public static <T> T await(Future<T> call) {
    try {
      return call.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      } else if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException("A supplier throws nothing checked", e.getCause());
    } catch (InterruptedException e) {
      call.cancel(true);
      Thread.currentThread().interrupt();
      throw MillraceException.passing(
          Category.TARGET, "The store was not waited for: the thread was told to stop", e);
    }
  }
}
