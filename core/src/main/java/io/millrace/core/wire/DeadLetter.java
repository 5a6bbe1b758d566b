package io.millrace.core.wire;

import io.millrace.core.MillraceException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a dead letter says of the record it is a copy of, beside that record's own headers.
 *
 * @param topic where the record lies
 * @param partition the TopicPartition's number
 * @param offset its place there
 * @param sink the sink that cannot use it
 * @param at when the letter was written
 * @param reason why, for people
 * @param omitted what the letter lacks because it would be too large
 */
public record DeadLetter(
    String topic,
    int partition,
    long offset,
    String sink,
    Instant at,
    String reason,
    Optional<Omitted> omitted) {
  private static final String PREFIX = HeaderCodec.PREFIX + "dead-letter.";
  private static final int LONGEST_REASON = 1_000;

  /**
   * The value of the record, which the letter does not have.
   *
   * @param size in bytes
   * @param checksum CRC32C
   */
  public record Omitted(int size, int checksum) {}

  public DeadLetter {
    reason = reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON);
  }

  /** The record's place, as {@code TOPIC-PARTITION@OFFSET}. */
  public String origin() {
    return topic + "-" + partition + "@" + offset;
  }

  /** The headers to be added to the record's own; names and forms are in docs/wire-format.md. */
  public Map<String, String> headers() {
    var texts = new LinkedHashMap<String, String>();
    texts.put(PREFIX + "reason", reason);
    texts.put(PREFIX + "topic", topic);
    texts.put(PREFIX + "partition", Integer.toString(partition));
    texts.put(PREFIX + "offset", Long.toString(offset));
    texts.put(PREFIX + "sink", sink);
    texts.put(PREFIX + "at", Long.toString(at.toEpochMilli()));
    omitted.ifPresent(
        value -> {
          texts.put(PREFIX + "omitted-bytes", Integer.toString(value.size()));
          texts.put(PREFIX + "omitted-checksum", HexFormat.of().toHexDigits(value.checksum()));
        });
    return texts;
  }

  /**
   * Reads what {@link #headers} gave; other names are ignored.
   *
   * @throws MillraceException (DATA) if the record is no dead letter
   */
  public static DeadLetter of(Map<String, String> texts) {
    try {
      return new DeadLetter(
          text(texts, "topic"),
          Integer.parseInt(text(texts, "partition")),
          Long.parseLong(text(texts, "offset")),
          text(texts, "sink"),
          Instant.ofEpochMilli(Long.parseLong(text(texts, "at"))),
          text(texts, "reason"),
          texts.containsKey(PREFIX + "omitted-bytes")
              ? Optional.of(
                  new Omitted(
                      Integer.parseInt(text(texts, "omitted-bytes")),
                      HexFormat.fromHexDigits(text(texts, "omitted-checksum"))))
              : Optional.empty());
    } catch (IllegalArgumentException | DateTimeException e) {
      throw MillraceException.lasting(
          MillraceException.Category.DATA,
          "Cannot read the headers of a dead letter: " + e.getMessage(),
          e);
    }
  }

  private static String text(Map<String, String> texts, String name) {
    String text = texts.get(PREFIX + name);
    if (text == null) {
      throw MillraceException.data("Cannot find header %s%s".formatted(PREFIX, name));
    }
    return text;
  }
}
