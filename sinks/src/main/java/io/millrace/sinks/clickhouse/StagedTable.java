package io.millrace.sinks.clickhouse;

import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table that readers know nothing of, by its name, which says what may be done with it: {@code
 * _millrace_<kind>_<run>_<plan>_<nonce>}.
 *
 * @param kind what it is for
 * @param run tells runs apart: 16 hex digits
 * @param plan the plan whose rows it holds
 * @param nonce drawn by whoever made it
 */
record StagedTable(Kind kind, String run, PlanId plan, String nonce) {
  private static final Pattern NAME =
      Pattern.compile(
          "_millrace_(unit|run)_([0-9a-f]{16})_([0-9]{13})_([a-z0-9]{1,40})(?:_r([1-9][0-9]{0,8}))?_([a-z0-9]{1,40})");
  private static final int HASH_BYTES = 8;

  /** What a table is for. */
  enum Kind {
    /** One staging try of a unit. */
    UNIT,
    /** All units of a run, put together to be shown at once. */
    RUN
  }

  /** The digits of a run of a sink's. */
  static String runOf(String sink, StreamId stream, RunId run) {
    String text = String.join("\0", stream.pipeline(), sink, stream.name(), run.value());
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  /** How all of a run's begin. */
  static String prefix(Kind kind, String run) {
    return "_millrace_%s_%s_".formatted(kind.name().toLowerCase(Locale.ROOT), run);
  }

  String name() {
    String replay = plan.replay() == 0 ? "" : "_r" + plan.replay();
    return "%s%013d_%s%s_%s"
        .formatted(prefix(kind, run), plan.epochMillis(), plan.nonce(), replay, nonce);
  }

  /** What a table's name says, if it is such a one. */
  static Optional<StagedTable> parse(String name) {
    Matcher m = NAME.matcher(name);
    if (!m.matches()) {
      return Optional.empty();
    }
    int replay = m.group(5) == null ? 0 : Integer.parseInt(m.group(5));
    var plan = new PlanId(Long.parseLong(m.group(3)), m.group(4), replay);
    Kind kind = Kind.valueOf(m.group(1).toUpperCase(Locale.ROOT));
    return Optional.of(new StagedTable(kind, m.group(2), plan, m.group(6)));
  }
}
