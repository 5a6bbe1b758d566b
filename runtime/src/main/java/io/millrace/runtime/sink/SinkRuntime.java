package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.stage.Sink;
import io.millrace.runtime.lane.LaneWorker;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;

/**
 * One sink at work in this process, from the topics of its streams to its target; wires all parts
 * of it. Any number of processes may run the same sink: they share the lanes as one consumer group.
 *
 * <p>It goes on until {@link #close}, or until something fails that no retry helps against: then it
 * leaves the group and {@link #failure} tells. Whatever ends it, the next one goes on.
 */
public final class SinkRuntime implements AutoCloseable {
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);
  private static final Duration WRITERS_PATIENCE = Duration.ofSeconds(5);
  private static final Duration GOODBYE = Duration.ofSeconds(1);
  private static final Duration LONGEST_STOP = Duration.ofMillis(9_500);

  private final SinkSettings settings;
  private final Sink sink;
  private final MemoryBudget budget;
  private final CountingEvents events;
  private final Failures failures;
  private final Retries retries;
  private final Inbox inbox = new Inbox();
  private final LookUps lookUps;
  private final WriterPool writers;
  private final Settler settler;
  private final InstantSource clock;
  private volatile BatchConsumer batches;
  private Thread thread;

  /**
   * Ready to start.
   *
   * @param sink the open target; the caller closes it after this
   * @param budget what batches may take until they are loaded, shared by the process's sinks
   * @param vectors where writers decode batches; its limit bounds them together
   * @param clock when to commit and to look after plans
   * @param events hear what happens
   */
  public SinkRuntime(
      SinkSettings settings,
      Sink sink,
      MemoryBudget budget,
      BufferAllocator vectors,
      InstantSource clock,
      SinkEvents events) {
    this.settings = settings;
    this.sink = sink;
    this.budget = budget;
    this.clock = clock;
    this.events = new CountingEvents(events);
    this.failures = new Failures(this.events);
    this.retries = new Retries(FIRST_RETRY, this.events);
    String name = settings.group();
    Ledger ledger = sink.ledger();
    this.lookUps =
        new LookUps(
            Executors.newSingleThreadExecutor(new DaemonThreads(name + "-ledger")),
            ledger,
            retries,
            failures);
    this.settler =
        new Settler(
            Executors.newSingleThreadScheduledExecutor(new DaemonThreads(name + "-settler")),
            ledger,
            clock,
            this.events,
            failures,
            this::settled);
    var loader = new Loader(sink, settings.transforms(), vectors, retries);
    this.writers =
        new WriterPool(
            Executors.newFixedThreadPool(settings.writers(), new DaemonThreads(name + "-writer")),
            loader,
            failures);
  }

  /**
   * Joins the group and begins to read.
   *
   * @throws MillraceException (CONFIGURATION) if Kafka's clients refuse their properties
   */
  public void start() {
    KafkaConsumer<byte[], byte[]> consumer;
    TopicIds topicIds;
    try {
      consumer = new KafkaConsumer<>(ConsumerProperties.forGroup(settings, budget));
      topicIds = new TopicIds(Admin.create(settings.kafka()));
    } catch (KafkaException e) {
      throw MillraceException.lasting(
          MillraceException.Category.CONFIGURATION,
          "Cannot connect to Kafka: %s"
              .formatted(e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
          e);
    }
    var lanes =
        new Lanes(consumer, topicIds::of, sink.ledger(), retries, settings::stream, this::lane);
    var commits = new Commits(consumer, lanes, settler);
    batches = new BatchConsumer(consumer, lanes, commits, inbox, budget, clock);
    if (settings.streams().isEmpty()) {
      consumer.subscribe(settings.allTopics(), lanes);
    } else {
      consumer.subscribe(settings.streams().stream().map(StreamId::topic).toList(), lanes);
    }
    settler.start(settings.settleEvery());
    thread =
        new DaemonThreads(settings.group() + "-consumer").newThread(() -> run(consumer, topicIds));
    thread.start();
  }

  private Lane lane(LanePlace place, StreamId stream) {
    Map<String, Object> reading = ConsumerProperties.forReading(settings, budget);
    var services =
        new LaneServices(
            inbox,
            lookUps,
            writers,
            settler,
            () -> new UnitBuffer(budget, settings.scratch()),
            (where, end, through) ->
                new UnitReader(
                    () -> new KafkaConsumer<>(reading), where.topicPartition(), end, through),
            events);
    return new Lane(place, stream, new LaneWorker(settings.parkAfter()), services);
  }

  private void run(KafkaConsumer<byte[], byte[]> consumer, TopicIds topicIds) {
    try (topicIds) {
      try {
        while (failures.goOn()) {
          batches.turn();
        }
      } finally {
        retries.stop();
        writers.stop(failures.first().isEmpty() ? WRITERS_PATIENCE : Duration.ZERO);
        batches.finish();
        consumer.close(CloseOptions.timeout(GOODBYE));
      }
    } catch (Throwable e) {
      failures.lasting(e);
    } finally {
      lookUps.stop();
      settler.stop(GOODBYE);
    }
  }

  private void settled(OpenPlan plan, PlanState state) {
    events.planState(plan, state);
    if (state instanceof PlanState.Publishing publishing) {
      decided(plan, publishing.head());
    } else if (state instanceof PlanState.Live live) {
      decided(plan, live.head());
    } else if (state instanceof PlanState.Superseded superseded) {
      decided(plan, superseded.by());
    }
  }

  private void decided(OpenPlan plan, RunHead head) {
    lookUps.forget(plan.plan());
    inbox.post(() -> batches.decided(head));
  }

  /** Why it stopped, if it did not do so in order. */
  public Optional<Throwable> failure() {
    return failures.first();
  }

  /** How far it has come; the lanes as they were at most a second or so ago. */
  public SinkProgress progress() {
    BatchConsumer running = batches;
    return events.progress(budget, running == null ? List.of() : running.progress());
  }

  /**
   * Stops in order within 10 seconds: no more polls, running loads may finish for half of that, the
   * last commit, a goodbye to the group. What is abandoned is read again by whoever comes next.
   */
  @Override
  public void close() {
    failures.stop();
    retries.stop();
    if (thread != null) {
      try {
        thread.join(LONGEST_STOP.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
