package io.millrace.core.ledger;

import io.millrace.core.change.Cut;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One link of a bucket's chain: a cut that is loaded. The newest one alone is the bucket's state.
 *
 * @param cut what was loaded
 * @param reach which changes it covers
 * @param staged the files, none if there were no rows
 * @param log where the log goes on behind it
 * @param fingerprint of transforms and output settings
 * @param decisionOrNull by what word the changes it covers are left out; null if they are loaded
 */
public record ChangeEntry(
    Cut cut, Reach reach, Staged staged, LogMark log, String fingerprint, Decision decisionOrNull) {
  private static final String NO_WRITER = "";

  /** A cut that is loaded. */
  public ChangeEntry(Cut cut, Reach reach, Staged staged, LogMark log, String fingerprint) {
    this(cut, reach, staged, log, fingerprint, null);
  }

  /**
   * The entry that goes on behind changes that the log lacks.
   *
   * @param reach from where to where they are missing
   * @param log the record behind them
   */
  public static ChangeEntry gap(Cut cut, Reach reach, LogMark log, Decision decision) {
    return new ChangeEntry(cut, reach, new Staged(NO_WRITER, List.of()), log, "", decision);
  }

  /**
   * By what word changes are left out; nothing if they are loaded. Whatever is made of a range with
   * such an entry is not whole.
   */
  public Optional<Decision> gap() {
    return Optional.ofNullable(decisionOrNull);
  }

  /** The changes behind one position up to another, as people and commands name them. */
  public String name() {
    return "%s:%s..%s".formatted(cut.bucket(), reach.after(), reach.last());
  }

  /**
   * Why changes are not there.
   *
   * @param reason in words
   * @param by who decided to do without them; empty if nobody has yet
   * @param at when that was; else the log's time of the record behind them
   */
  public record Decision(String reason, String by, Instant at) {}

  /**
   * The changes that an entry covers.
   *
   * @param after the position where the entry before it ends; {@link Position#START} for the first
   * @param last the position up to which the bucket is loaded with it
   * @param progress how far commit times had come there
   * @param rows how many changes it covers, before any transform
   */
  public record Reach(Position after, Position last, Progress progress, long rows) {}

  /**
   * A place in the log.
   *
   * @param topicId Kafka's id of the topic
   * @param partition number of the TopicPartition
   * @param offset the first offset behind the entry's last record
   * @param timestamp of that record
   */
  public record LogMark(String topicId, int partition, long offset, Instant timestamp) {}
}
