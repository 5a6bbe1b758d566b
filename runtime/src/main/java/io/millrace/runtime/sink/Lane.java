package io.millrace.runtime.sink;

import io.millrace.core.PlanId;
import io.millrace.core.ledger.RunHead;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One TopicPartition as this process works on it: does what its worker, a state machine, decides.
 * Touched by the consumer's thread only; loads outlive it and are then nobody's business.
 */
interface Lane {
  LanePlace place();

  /** Takes the next record of the log. */
  void read(ConsumerRecord<byte[], byte[]> record);

  /** The log was read up to here. */
  void passed(long nextOffset);

  /** Whether it wants more records now. */
  boolean isReady();

  /** Up to where the group's offset may go. */
  OptionalLong commitOffset();

  /** The head of a run is known. */
  void decided(RunHead head);

  /** Looks after what waits for nothing that would come by itself; called every now and then. */
  void tend(Instant now);

  /** The buffer that would free most memory. */
  Optional<UnitBuffer> largestBuffer();

  /** The plan of the newest unit that could be parked. */
  Optional<PlanId> newestPlan();

  /** Gives up what was kept of that unit, until its end comes. */
  void parkNewest(String reason);

  /** The log ends here as far as the lane goes: units still being collected are not waited for. */
  void expectNoMore(String reason);

  SinkProgress.LaneProgress progress(OptionalLong lag);

  /** The lane is another's from now on: what was kept goes, loads not yet begun are not wanted. */
  void close();
}
