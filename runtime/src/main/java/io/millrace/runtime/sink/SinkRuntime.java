package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.stage.Mirror;
import io.millrace.core.stage.MirrorContext;
import io.millrace.core.stage.Sink;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * One sink at work in this process, from the topics of its streams to its target. Any number of
 * processes may run the same sink: they share the lanes as one consumer group.
 *
 * <p>It goes on until {@link #close}, or until something fails that no retry helps against: then it
 * leaves the group and {@link #failure} tells. Whatever ends it, the next one goes on.
 */
public final class SinkRuntime implements AutoCloseable {
  private static final Duration LONGEST_STOP = Duration.ofMillis(9_500);

  private final SinkSettings settings;
  private final Sink sink;
  private final MemoryBudget budget;
  private final SinkParts parts;
  private final Optional<MirrorKeeper> keeper;
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
    SinkGround ground = SinkGround.real(settings.group(), settings, budget, vectors, clock);
    this.parts =
        new SinkParts(settings, sink, ground, new SharedEvents(new LoggedEvents(), events));
    this.keeper =
        sink.mirror(
                new MirrorContext(
                    settings.transforms()::open,
                    settings.transforms().fingerprint(),
                    vectors,
                    settings.scratch()))
            .map(mirror -> keeper(mirror, clock));
    keeper.ifPresent(mirrors -> parts.tellCuts(mirrors));
  }

  private MirrorKeeper keeper(Mirror mirror, InstantSource clock) {
    return new MirrorKeeper(
        Executors.newSingleThreadScheduledExecutor(new DaemonThreads(settings.group() + "-mirror")),
        mirror,
        sink.ledger()::streams,
        clock,
        parts.events(),
        parts.failures());
  }

  /**
   * Joins the group and begins to read.
   *
   * @throws MillraceException (CONFIGURATION) if Kafka's clients refuse their properties
   */
  public void start() {
    KafkaConsumer<byte[], byte[]> consumer =
        SinkParts.connect(() -> new KafkaConsumer<>(ConsumerProperties.forGroup(settings, budget)));
    TopicIds topicIds = SinkParts.connect(() -> new TopicIds(Admin.create(settings.kafka())));
    var lanes =
        new Lanes(
            consumer,
            topicIds::of,
            sink.ledger(),
            parts.retries(),
            settings::stream,
            (place, stream) -> parts.lane(place, stream, HeaderReader.EVERYTHING, parts.letters()));
    parts.prepare(consumer, lanes, new Commits(consumer, lanes, parts.settler()));
    if (settings.streams().isEmpty()) {
      consumer.subscribe(settings.allTopics(), lanes);
    } else {
      consumer.subscribe(settings.streams().stream().map(StreamId::topic).toList(), lanes);
    }
    OverduePlans overdue = parts.overduePlans(topicIds::of);
    parts.tellPlanStates(overdue::look);
    parts.settler().start(settings.settleEvery());
    keeper.ifPresent(mirrors -> mirrors.start(settings.settleEvery()));
    thread =
        new DaemonThreads(settings.group() + "-consumer")
            .newThread(() -> run(consumer, topicIds, overdue, parts.watch(topicIds, lanes)));
    thread.start();
  }

  private void run(
      KafkaConsumer<byte[], byte[]> consumer,
      TopicIds topicIds,
      OverduePlans overdue,
      TopicWatch watch) {
    try (topicIds;
        overdue) {
      parts.work(
          consumer,
          () -> {
            watch.look();
            return true;
          });
    }
  }

  /** Why it stopped, if it did not do so in order. */
  public Optional<Throwable> failure() {
    return parts.failures().first();
  }

  /** How far it has come; the lanes as they were at most a second or so ago. */
  public SinkProgress progress() {
    return parts.progress();
  }

  /**
   * Stops in order within 10 seconds: no more polls, running loads may finish for half of that, the
   * last commit, a goodbye to the group. What is abandoned is read again by whoever comes next.
   */
  @Override
  public void close() {
    parts.stop();
    if (thread != null) {
      try {
        thread.join(LONGEST_STOP.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    keeper.ifPresent(MirrorKeeper::stop);
  }
}
