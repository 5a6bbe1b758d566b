package io.millrace.connect.postgres;

import io.millrace.core.MillraceException;
import io.millrace.core.options.ByteSize;
import io.millrace.core.options.Durations;
import io.millrace.core.options.Option;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** How the changes of tables are read. */
public record ChangeOptions(
    @Option(
            value =
                "The replication slot: it is created at the first start and belongs to this"
                    + " pipeline alone. Left out, `millrace_` and the pipeline's name.",
            example = "millrace_trips")
        Optional<String> slot,
    @Option(
            value =
                "The publication that has the tables: it is created at the first start if there is"
                    + " none of this name. Left out, named as the slot.",
            example = "millrace_trips")
        Optional<String> publication,
    @Option(
            value =
                "Into how many buckets the changes of a table are divided, by the hash of the row's"
                    + " key. A table without a key has one.",
            defaultValue = "16")
        int buckets,
    @Option(
            value = "How long a change waits for others to share a record with.",
            defaultValue = "1s")
        Duration batchAge,
    @Option(
            value =
                "How often every bucket is told how far the log was read; between two of these an"
                    + " output shows no new changes.",
            defaultValue = "10s")
        Duration tick,
    @Option(
            value =
                "How long the source may be silent before a message is written to its log, so that"
                    + " its runs end and its slot moves on; 0s for never.",
            defaultValue = "10s")
        Duration heartbeat,
    @Option(
            value =
                "How much of its log the source may keep for the slot before there is a warning.",
            defaultValue = "10g")
        ByteSize warnBehind) {
  private static final int MOST_BUCKETS = 1024;
  private static final int LONGEST_NAME = 63;
  private static final Pattern SLOT = Pattern.compile("[a-z0-9_]{1,63}");
  private static final Duration SHORTEST = Duration.ofMillis(10);

  /** Checks what can be checked without the database. */
  public ChangeOptions {
    slot.ifPresent(name -> requireSlot(name, ""));
    if (publication.isPresent()
        && (publication.get().isBlank() || publication.get().length() > LONGEST_NAME)) {
      throw MillraceException.configuration(
          "publication",
          "Cannot use \"%s\" as the name of a publication: 1 to 63 characters are allowed"
              .formatted(publication.get()));
    }
    if (buckets < 1 || buckets > MOST_BUCKETS) {
      throw MillraceException.configuration(
          "buckets", "Cannot use %d buckets: 1 to %d are allowed".formatted(buckets, MOST_BUCKETS));
    }
    requireTime("batch_age", batchAge);
    requireTime("tick", tick);
    if (!heartbeat.isZero()) {
      requireTime("heartbeat", heartbeat);
    }
  }

  private static void requireTime(String key, Duration time) {
    if (time.compareTo(SHORTEST) < 0) {
      throw MillraceException.configuration(
          key, "Cannot use %s: at least 10ms are needed".formatted(Durations.text(time)));
    }
  }

  private static String requireSlot(String name, String advice) {
    if (!SLOT.matcher(name).matches()) {
      throw MillraceException.configuration(
          "slot",
          "Cannot use \"%s\" as the name of a replication slot: 1 to 63 of a-z, 0-9 and _ are allowed%s"
              .formatted(name, advice));
    }
    return name;
  }

  /**
   * The slot's name.
   *
   * @throws MillraceException (CONFIGURATION, key {@code slot}) if the pipeline's name makes none
   */
  public String slotOf(String pipeline) {
    return slot.orElseGet(
        () ->
            requireSlot(
                "millrace_" + pipeline.replace('-', '_'), "; name it with source.changes.slot"));
  }

  /** The publication's name. */
  public String publicationOf(String pipeline) {
    return publication.orElseGet(() -> slotOf(pipeline));
  }
}
