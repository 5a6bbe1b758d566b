package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
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
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One TopicPartition as this process works on it: does what its {@link LaneWorker} decides. Touched
 * by the consumer's thread only; loads outlive it and are then nobody's business.
 */
final class Lane {
  private final LanePlace place;
  private final StreamId stream;
  private final LaneWorker worker;
  private final LaneServices services;
  private final Map<AttemptKey, UnitBuffer> buffers = new HashMap<>();
  private volatile boolean closed;

  Lane(LanePlace place, StreamId stream, LaneWorker worker, LaneServices services) {
    this.place = place;
    this.stream = stream;
    this.worker = worker;
    this.services = services;
  }

  LanePlace place() {
    return place;
  }

  /** Takes the next record of the log. */
  void read(ConsumerRecord<byte[], byte[]> record) {
    byte[] value = record.value();
    services.events().recordRead(value == null ? 0 : value.length);
    BatchHeader header;
    try {
      header = RecordHeaders.decode(record.headers());
      requireStream(header);
    } catch (MillraceException e) {
      skip(record, e.getMessage());
      worker.passed(record.offset() + 1);
      return;
    }
    if (value == null) {
      String reason = "Cannot use a record of %s without a value".formatted(header.reading());
      skip(record, reason);
      worker.refuse(laneRecord(record, header, 0), reason).forEach(this::perform);
      return;
    }
    int checksum = AttemptChecksum.of(ByteBuffer.wrap(value));
    for (LaneAction action : worker.record(laneRecord(record, header, checksum))) {
      if (action instanceof LaneAction.Keep keep) {
        buffers
            .computeIfAbsent(keep.attempt(), key -> services.buffers().get())
            .add(keep.sequence(), value, record.offset());
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

  /** Its way ends here; a dead-letter topic would get it here. */
  private void skip(ConsumerRecord<byte[], byte[]> record, String reason) {
    services.events().badRecord(record.topic(), record.partition(), record.offset(), reason);
  }

  private static LaneRecord laneRecord(
      ConsumerRecord<byte[], byte[]> record, BatchHeader header, int checksum) {
    return new LaneRecord(
        record.offset(), record.timestamp(), record.leaderEpoch().orElse(-1), header, checksum);
  }

  private void perform(LaneAction action) {
    if (action instanceof LaneAction.LookUp lookUp) {
      lookUp(lookUp);
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
        .submit(request, () -> !closed, outcome -> services.inbox().post(() -> ended(outcome)));
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
      worker.failed(unreadable.unit(), unreadable.reason()).forEach(this::perform);
    }
  }

  /** The log was read up to here. */
  void passed(long nextOffset) {
    worker.passed(nextOffset);
  }

  /** The head of a run is known. */
  void decided(RunHead head) {
    if (head.plan().stream().equals(stream)) {
      worker.decided(head.plan().run(), head.plan().plan()).forEach(this::perform);
    }
  }

  /** Up to where the group's offset may go. */
  OptionalLong commitOffset() {
    return worker.commitOffset();
  }

  /** The buffer that would free most memory. */
  Optional<UnitBuffer> largestBuffer() {
    return buffers.values().stream()
        .filter(buffer -> buffer.inMemory() > 0)
        .max(Comparator.comparingLong(UnitBuffer::inMemory));
  }

  /** The newest unit that could be parked. */
  Optional<Unit> newestUnit() {
    List<Unit> units = worker.collecting();
    return units.isEmpty() ? Optional.empty() : Optional.of(units.get(units.size() - 1));
  }

  void park(Unit unit, String reason) {
    worker.park(unit, reason).forEach(this::perform);
  }

  SinkProgress.LaneProgress progress(OptionalLong lag) {
    return new SinkProgress.LaneProgress(
        place.topic(),
        place.partition(),
        worker.commitOffset(),
        lag,
        worker.held(),
        worker.parked());
  }

  /** The lane is another's from now on: what was kept goes, loads not yet begun are not wanted. */
  void close() {
    closed = true;
    buffers.values().forEach(UnitBuffer::close);
    buffers.clear();
  }
}
