package io.millrace.sinks.ledger;

import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.stage.SinkContext;
import io.millrace.sinks.store.MemoryStore;
import io.millrace.sinks.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * Several processes on one store, one call at a time in an order drawn from a seed. Before any call
 * a process may die, and is started again from the beginning; a copy it had asked for may then
 * still land, within the store's longest request. A copy whose asker lives may take even longer.
 */
final class Simulation {
  static final Duration LONGEST_REQUEST = Duration.ofMinutes(10);

  private final Random random;
  private final MemoryStore store = new MemoryStore(LONGEST_REQUEST);
  private final List<Actor> running = new ArrayList<>();
  private final List<Landing> landings = new ArrayList<>();
  private final Visible visible;
  private Instant now = Instant.parse("2026-11-19T12:00:00Z");
  private int crashesLeft;

  /** A copy whose asker is dead. */
  private record Landing(Instant at, Runnable effect) {}

  Simulation(long seed, int crashes) {
    this.random = new Random(seed);
    this.crashesLeft = crashes;
    this.visible = new Visible(store, store::all, StoreLedger.look(store, context()));
  }

  private SinkContext context() {
    return Loader.context("kafka-1", new Nonces(new Random(random.nextLong())), clock());
  }

  InstantSource clock() {
    return () -> now;
  }

  /** A process that does this, as often as it dies, until it comes to its end. */
  void start(Consumer<Loader> work) {
    var actor = new Actor(work, random.nextLong());
    actor.begin();
    running.add(actor);
  }

  /** Runs all to their ends, checking after every call. */
  void run() {
    long checked = 0;
    for (int steps = 0; !running.isEmpty(); steps++) {
      if (steps > 200_000) {
        throw new AssertionError("The processes never come to an end");
      }
      now = now.plusMillis(100 + random.nextInt(1000));
      land(now);
      Actor actor = running.get(random.nextInt(running.size()));
      if (now.isBefore(actor.busyUntil)) {
        continue;
      }
      boolean dies = crashesLeft > 0 && random.nextInt(150) == 0;
      crashesLeft -= dies ? 1 : 0;
      actor.step(dies);
      if (actor.ended) {
        running.remove(actor);
        if (actor.failure instanceof Crash) {
          start(actor.work);
        } else if (actor.failure != null) {
          running.forEach(other -> other.step(true));
          throw new AssertionError("A process failed", actor.failure);
        }
      }
      if (store.changes() > checked) {
        checked = store.changes();
        visible.check();
      }
    }
    land(now.plus(LONGEST_REQUEST));
    visible.checkFinally();
  }

  private void land(Instant until) {
    landings.removeIf(
        landing -> {
          boolean due = !landing.at.isAfter(until);
          if (due) {
            landing.effect.run();
          }
          return due;
        });
  }

  /** Somebody waits: time passes, which is all that is left to wait for. */
  void idle() {
    now = now.plusSeconds(30);
  }

  /** The plan of a run's newest head. */
  PlanId newestPlan(RunId run) {
    return visible.newestPlan(run);
  }

  /** Nothing catches it. */
  private static final class Crash extends Error {}

  /** One thread that waits before each of its calls until it is its turn. */
  private final class Actor implements SteppedStore.Turn {
    private final Consumer<Loader> work;
    private final Random random;
    private final Semaphore turn = new Semaphore(0);
    private final Semaphore waiting = new Semaphore(0);
    private volatile Instant busyUntil = now;
    private volatile boolean dying;
    private volatile boolean ended;
    private volatile Throwable failure;

    Actor(Consumer<Loader> work, long seed) {
      this.work = work;
      this.random = new Random(seed);
    }

    void begin() {
      var thread =
          new Thread(
              () -> {
                try {
                  take();
                  ObjectStore seen = new SteppedStore(store, this);
                  work.accept(new Loader(seen, new Nonces(random), clock(), Duration.ofSeconds(1)));
                } catch (Throwable e) {
                  failure = e;
                } finally {
                  ended = true;
                  waiting.release();
                }
              });
      thread.setDaemon(true);
      thread.start();
      waiting.acquireUninterruptibly();
    }

    void step(boolean dies) {
      dying = dies;
      turn.release();
      waiting.acquireUninterruptibly();
    }

    @Override
    public void take() {
      waiting.release();
      turn.acquireUninterruptibly();
      if (dying) {
        throw new Crash();
      }
    }

    @Override
    public void takeToLand(String key, byte[] content) {
      boolean dies = crashesLeft > 0 && random.nextInt(4) == 0;
      if (dies) {
        crashesLeft--;
        Instant at = now.plusMillis(random.nextLong(LONGEST_REQUEST.toMillis()));
        landings.add(new Landing(at, () -> store.overwrite(key, content)));
        throw new Crash();
      } else if (random.nextInt(4) == 0) {
        busyUntil = now.plusMillis(random.nextLong(3 * LONGEST_REQUEST.toMillis()));
      }
      take();
    }

    @Override
    public boolean answers() {
      return random.nextInt(20) > 0;
    }
  }
}
