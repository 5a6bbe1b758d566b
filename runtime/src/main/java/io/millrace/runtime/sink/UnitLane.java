package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.wire.AttemptChecksum;
import io.millrace.core.wire.BatchHeader;
import io.millrace.runtime.lane.AttemptKey;
import io.millrace.runtime.lane.Known;
import io.millrace.runtime.lane.LaneAction;
import io.millrace.runtime.lane.LaneRecord;
import io.millrace.runtime.lane.LaneWorker;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A lane of bounded batches: does what its {@link LaneWorker} decides. */
final class UnitLane implements Lane {
  private final LanePlace place;
  private final StreamId stream;
  private final LaneWorker worker;
  private final LaneServices services;
  private final LaneLetters letters;
  private final Map<AttemptKey, UnitBuffer> buffers = new HashMap<>();
  private volatile boolean closed;

  UnitLane(
      LanePlace place,
      StreamId stream,
      LaneWorker worker,
      LaneServices services,
      LaneLetters letters) {
    this.place = place;
    this.stream = stream;
    this.worker = worker;
    this.services = services;
    this.letters = letters;
  }

  @Override
  public LanePlace place() {
    return place;
  }

  @Override
  public void read(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    services.events().recordRead(value == null ? 0 : value.length);
    BatchHeader header;
    try {
      Optional<BatchHeader> found = services.headers().read(record);
      if (found.isEmpty()) {
        worker.passed(record.offset() + 1);
        return;
      }
      header = found.get();
      requireStream(header);
    } catch (MillraceException e) {
      letters.write(record.offset(), e.getMessage());
      worker.passed(record.offset() + 1);
      return;
    }
    if (value == null) {
      String reason = "Cannot use a record of %s without a value".formatted(header.reading());
      letters.write(record.offset(), reason);
      worker.refuse(laneRecord(record, header, 0), reason).forEach(this::perform);
      return;
    }
    int checksum = AttemptChecksum.of(ByteBuffer.wrap(value));
    for (LaneAction action : worker.record(laneRecord(record, header, checksum))) {
      if (action instanceof LaneAction.Keep keep) {
        buffers
            .computeIfAbsent(keep.attempt(), key -> services.buffers().get())
            .add(keep.sequence(), value, header.rows(), record.offset());
        if (header instanceof BatchHeader.Data data) {
          services.events().batchKept(keep.attempt().unit(), data.rows(), value.length);
        }
      } else {
        perform(action);
      }
    }
  }

  private void requireStream(BatchHeader header) {
    StreamId found = header.reading().unit().stream();
    if (!found.equals(stream)) {
      throw MillraceException.data(
          "Cannot use a record of stream %s in the topic of %s".formatted(found, stream));
    }
  }

  private static LaneRecord laneRecord(
      ConsumerRecord<byte[], byte[]> record, BatchHeader header, int checksum) {
    return new LaneRecord(
        record.offset(), record.timestamp(), record.leaderEpoch().orElse(-1), header, checksum);
  }

  private void perform(LaneAction action) {
    if (action instanceof LaneAction.LookUp lookUp) {
      lookUp(lookUp);
    } else if (action instanceof LaneAction.DeadLetter letter) {
      letters.write(letter.offset(), letter.reason());
    } else if (action instanceof LaneAction.Discard discard) {
      discard(discard.attempt(), discard.reason());
    } else if (action instanceof LaneAction.Load load) {
      UnitBuffer buffer = buffers.remove(load.end().key());
      load(new LoadRequest(load.end(), place, buffer));
    } else if (action instanceof LaneAction.Reread reread) {
      services.events().unitReread(reread.end().reading().unit());
      load(
          new LoadRequest(
              reread.end(), place, services.rereads().open(place, reread.end(), reread.through())));
    } else if (action instanceof LaneAction.Park park) {
      services.events().unitParked(park.unit(), park.reason());
    } else if (action instanceof LaneAction.Hold hold) {
      services.events().unitHeld(hold.unit(), hold.reason());
      services.settler().hold(hold.unit(), hold.reason());
    }
  }

  private void lookUp(LaneAction.LookUp lookUp) {
    services
        .lookUps()
        .ask(
            lookUp.unit(),
            lookUp.planSize(),
            known -> services.inbox().post(() -> answered(lookUp.unit(), known)));
  }

  private void answered(Unit unit, Known known) {
    if (!closed) {
      if (!(known instanceof Known.Open)) {
        services.events().unitSkipped(unit);
      }
      worker.answer(unit, known).forEach(this::perform);
    }
  }

  private void discard(AttemptKey attempt, String reason) {
    UnitBuffer buffer = buffers.remove(attempt);
    if (buffer != null) {
      buffer.close();
    }
    services.events().attemptDiscarded(attempt.unit(), attempt.nonce(), reason);
  }

  private void load(LoadRequest request) {
    services
        .writers()
        .submit(
            request.source(),
            () -> services.loader().load(request),
            () -> !closed,
            outcome -> services.inbox().post(() -> ended(outcome)));
  }

  private void ended(LoadOutcome outcome) {
    if (outcome instanceof LoadOutcome.Loaded loaded) {
      var marker = loaded.marker();
      services.events().unitLoaded(marker);
      services.settler().settleSoon(new OpenPlan(marker.unit().plannedRun(), marker.planSize()));
      worker.loaded(marker.unit()).forEach(this::perform);
    } else if (outcome instanceof LoadOutcome.Lost lost) {
      services.events().unitSkipped(lost.unit());
      worker.loaded(lost.unit()).forEach(this::perform);
    } else if (outcome instanceof LoadOutcome.Unreadable unreadable && !closed) {
      unreadable.record().ifPresent(offset -> letters.write(offset, unreadable.reason()));
      worker.failed(unreadable.unit(), unreadable.reason()).forEach(this::perform);
    }
  }

  @Override
  public void passed(long nextOffset) {
    worker.passed(nextOffset);
  }

  @Override
  public void decided(RunHead head) {
    if (head.plan().stream().equals(stream)) {
      worker.decided(head.plan().run(), head.plan().plan()).forEach(this::perform);
    }
  }

  @Override
  public OptionalLong commitOffset() {
    OptionalLong next = worker.commitOffset();
    return next.isPresent() ? OptionalLong.of(letters.upTo(next.getAsLong())) : next;
  }

  @Override
  public void tend(Instant now) {
    // units are parked by log time
  }

  @Override
  public Optional<UnitBuffer> largestBuffer() {
    return buffers.values().stream()
        .filter(buffer -> buffer.inMemory() > 0)
        .max(Comparator.comparingLong(UnitBuffer::inMemory));
  }

  @Override
  public boolean isReady() {
    return true;
  }

  @Override
  public Optional<PlanId> newestPlan() {
    return newestUnit().map(Unit::plan);
  }

  @Override
  public void parkNewest(String reason) {
    newestUnit().ifPresent(unit -> park(unit, reason));
  }

  private Optional<Unit> newestUnit() {
    List<Unit> units = worker.collecting();
    return units.isEmpty() ? Optional.empty() : Optional.of(units.get(units.size() - 1));
  }

  private void park(Unit unit, String reason) {
    worker.park(unit, reason).forEach(this::perform);
  }

  @Override
  public void expectNoMore(String reason) {
    worker.collecting().forEach(unit -> park(unit, reason));
  }

  @Override
  public SinkProgress.LaneProgress progress(OptionalLong lag) {
    return new SinkProgress.LaneProgress(
        place.topic(),
        place.partition(),
        commitOffset(),
        lag,
        worker.held(),
        worker.parked(),
        Map.of());
  }

  @Override
  public void close() {
    closed = true;
    letters.close();
    buffers.values().forEach(UnitBuffer::close);
    buffers.clear();
  }
}
