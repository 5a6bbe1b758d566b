package io.millrace.sinks.mirror.evolution;

import io.millrace.core.stage.SourceTable;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Whether a change of the source's type keeps what values are, for types that are one in Arrow:
 * text and char(10) are both utf8, and yet a change from one to the other pads every value.
 */
final class SourceTypes {
  private static final Pattern LIMIT = Pattern.compile("\\(([0-9]+)\\)");
  private static final Pattern NUMBER =
      Pattern.compile("(smallint|integer|bigint|real|double precision|numeric)(\\(.*\\))?");

  private static final String TEXT = "text";
  private static final String VARCHAR = "character varying";

  /** A limit of theirs cuts values off, and does nothing else. */
  private static final Set<String> LIMITED =
      Set.of(
          VARCHAR,
          "time without time zone",
          "timestamp without time zone",
          "timestamp with time zone",
          "interval");

  private SourceTypes() {}

  /** Whether values of the one are the same as values of the other; so it is if one is unknown. */
  static boolean keepValues(Field from, Field to) {
    String before = from.getMetadata().get(SourceTable.SOURCE_TYPE);
    String after = to.getMetadata().get(SourceTable.SOURCE_TYPE);
    return before == null
        || after == null
        || before.equals(after)
        || areNumbers(before, after)
        || Limited.of(before).fitsIn(Limited.of(after));
  }

  /** Of numbers Arrow's types say all. */
  private static boolean areNumbers(String before, String after) {
    return NUMBER.matcher(before).matches() && NUMBER.matcher(after).matches();
  }

  /** A type and its limit: text is a varchar without one. */
  private record Limited(String name, int limit) {
    static Limited of(String type) {
      Matcher limit = LIMIT.matcher(type);
      if (limit.find()) {
        return new Limited(limit.replaceFirst(""), Integer.parseInt(limit.group(1)));
      }
      return new Limited(type.equals(TEXT) ? VARCHAR : type, Integer.MAX_VALUE);
    }

    boolean fitsIn(Limited wider) {
      return LIMITED.contains(name) && name.equals(wider.name) && limit <= wider.limit;
    }
  }
}
