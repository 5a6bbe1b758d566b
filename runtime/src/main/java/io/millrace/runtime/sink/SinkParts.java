package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.change.CutLimits;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.stage.Sink;
import io.millrace.runtime.bucket.ChangeWorker;
import io.millrace.runtime.lane.LaneWorker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;

/**
 * What every reader of the log has behind its lanes, wired: look-ups, writers, the settler. Whoever
 * has the parts brings a consumer and its lanes, and says when the work is over.
 */
final class SinkParts {
  private static final Duration WRITERS_PATIENCE = Duration.ofSeconds(5);
  private static final Duration LETTERS_PATIENCE = Duration.ofMillis(500);
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final SinkSettings settings;
  private final SinkGround ground;
  private final CountingEvents counts = new CountingEvents();
  private final SinkEvents events;
  private final Failures failures;
  private final Retries retries;
  private final Inbox inbox = new Inbox();
  private final Ledger ledger;
  private final Loader loader;
  private final CutLimits cutLimits;
  private final CutLoader cutLoader;
  private final PatientCalls ledgerCalls;
  private final PatientCalls fetches;
  private final LookUps lookUps;
  private final WriterPool writers;
  private final Settler settler;
  private final DeadLetters letters;
  private volatile BiConsumer<OpenPlan, PlanState> planStates = (plan, state) -> {};
  private volatile SinkEvents cutListener = SinkEvents.NONE;
  private volatile BatchConsumer batches;

  /** Tells the listener of cuts. */
  private final class CutEvents implements SinkEvents {
    @Override
    public void cutLoaded(ChangeEntry entry) {
      cutListener.cutLoaded(entry);
    }
  }

  /**
   * Nothing is at work yet.
   *
   * @param events hear what happens
   */
  SinkParts(SinkSettings settings, Sink sink, SinkGround ground, SinkEvents events) {
    this.settings = settings;
    this.ground = ground;
    this.events = new SharedEvents(counts, new SharedEvents(events, new CutEvents()));
    this.failures = new Failures(this.events);
    this.retries = new Retries(ground.firstRetry(), this.events);
    this.ledger = sink.ledger();
    this.ledgerCalls = new PatientCalls(ground.threads().lookUps(), retries, failures);
    this.fetches = new PatientCalls(ground.threads().fetches(), retries, failures);
    this.lookUps = new LookUps(ledger, ledgerCalls);
    this.settler =
        new Settler(
            ground.threads().settler(),
            ledger,
            ground.clock(),
            this.events,
            failures,
            this::settled);
    TransformChain transforms = sink.isMirror() ? TransformChain.NONE : settings.transforms();
    this.loader = new Loader(sink, transforms, ground.vectors(), retries);
    this.cutLoader = new CutLoader(sink, transforms, ground.vectors(), retries);
    this.cutLimits = sink.cutLimits();
    this.writers = new WriterPool(ground.threads().writers(), failures);
    this.letters =
        new DeadLetters(settings, ground.budget(), ground.clock(), retries, failures, this.events);
  }

  Failures failures() {
    return failures;
  }

  Retries retries() {
    return retries;
  }

  Settler settler() {
    return settler;
  }

  WriterPool writers() {
    return writers;
  }

  DeadLetters letters() {
    return letters;
  }

  /** Watches for topics that are made anew under the lanes. */
  TopicWatch watch(TopicIds topicIds, Lanes lanes) {
    return new TopicWatch(topicIds, lanes, inbox, ground.clock());
  }

  long skippedUnits() {
    return counts.skippedUnits();
  }

  SinkProgress progress() {
    BatchConsumer running = batches;
    return counts.progress(ground.budget(), running == null ? List.of() : running.progress());
  }

  /**
   * A client of Kafka.
   *
   * @throws MillraceException (CONFIGURATION) if it refuses its properties
   */
  static <T> T connect(Supplier<T> client) {
    try {
      return client.get();
    } catch (KafkaException e) {
      throw MillraceException.lasting(
          MillraceException.Category.CONFIGURATION,
          "Cannot connect to Kafka: %s"
              .formatted(e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
          e);
    }
  }

  /** A lane whose records' headers are read this way, and whose dead letters go there. */
  Lane lane(LanePlace place, StreamId stream, HeaderReader headers, LaneLetters.Writer writer) {
    var ofLane = new LaneLetters(place, inbox, writer, events);
    if (place.topic().equals(stream.changesTopic())) {
      return new ChangeLane(place, stream, new ChangeWorker(cutLimits), changeServices(), ofLane);
    }
    var services =
        new LaneServices(
            headers,
            inbox,
            lookUps,
            writers,
            loader,
            settler,
            this::buffer,
            (where, end, through) ->
                new UnitReader(ground.readers(), where.topicPartition(), end, headers, through),
            events);
    return new UnitLane(place, stream, new LaneWorker(settings.parkAfter()), services, ofLane);
  }

  private ChangeServices changeServices() {
    return new ChangeServices(
        inbox,
        ledgerCalls,
        ledger.chains(),
        fetches,
        ground.readers(),
        writers,
        cutLoader,
        this::buffer,
        events);
  }

  private UnitBuffer buffer() {
    return new UnitBuffer(ground.budget(), settings.scratch());
  }

  /** What is going to be turned. */
  void prepare(Consumer<byte[], byte[]> consumer, Lanes lanes, Checkpoints checkpoints) {
    batches =
        new BatchConsumer(consumer, lanes, checkpoints, inbox, ground.budget(), ground.clock());
  }

  /** Goes on as long as it is told to, until stopped or failed; then stops in order. */
  void work(Consumer<byte[], byte[]> consumer, BooleanSupplier goesOn) {
    try {
      try {
        while (failures.goOn() && goesOn.getAsBoolean()) {
          turn();
        }
      } finally {
        finish(consumer);
      }
    } catch (Throwable e) {
      failures.lasting(e);
    }
  }

  /** One turn of the consumer's thread. */
  void turn() {
    batches.turn();
  }

  /** Lets what is under way come to its end for a while, commits it and closes the consumer. */
  void finish(Consumer<byte[], byte[]> consumer) {
    try {
      retries.stop();
      writers.stop(failures.first().isEmpty() ? WRITERS_PATIENCE : Duration.ZERO);
      letters.stop(LETTERS_PATIENCE);
      try {
        batches.finish();
      } finally {
        // One that is not closed would stay in the group, and keep its lanes from all others.
        consumer.close(CloseOptions.timeout(GOODBYE));
      }
    } finally {
      ledgerCalls.stop();
      fetches.stop();
      settler.stop(GOODBYE);
    }
  }

  /** How every plan stands that is looked after goes there too. */
  void tellPlanStates(BiConsumer<OpenPlan, PlanState> listener) {
    planStates = listener;
  }

  /** Every cut that this process loads goes there, too. */
  void tellCuts(SinkEvents listener) {
    cutListener = listener;
  }

  /** What hears of the parts. */
  SinkEvents events() {
    return events;
  }

  /** Reads plans whose records' headers are read this way, one at a time. */
  PlanReader planReader(HeaderReader headers) {
    return new PlanReader(ground.readers(), headers, ledger, loader, retries, events);
  }

  /**
   * Plans that are short for too long; they are to be told of and to be stopped.
   *
   * @param topicIds tells Kafka's ids of topics
   */
  OverduePlans overduePlans(Function<Set<String>, Map<String, String>> topicIds) {
    PlanReader reader = planReader(HeaderReader.EVERYTHING);
    var range = new PlanRange(ground.readers(), topicIds);
    return new OverduePlans(
        ground.threads().overdue(),
        ledger,
        plan -> reader.read(plan, range.of(plan)),
        settings.parkAfter(),
        ground.clock(),
        events,
        failures,
        this::settled);
  }

  private void settled(OpenPlan plan, PlanState state) {
    events.planState(plan, state);
    planStates.accept(plan, state);
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

  /** No more turns and no more retries. */
  void stop() {
    failures.stop();
    retries.stop();
  }
}
