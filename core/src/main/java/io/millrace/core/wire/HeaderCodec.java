package io.millrace.core.wire;

import io.millrace.core.Attempt;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Headers to short texts and back: names and forms are those of docs/wire-format.md. Knows nothing
 * of Kafka; the texts travel as UTF-8.
 */
public final class HeaderCodec {
  /** What every name of ours begins with. */
  public static final String PREFIX = "millrace.";

  /** The version this code writes, and the only one it reads. */
  public static final String VERSION = "1";

  private static final String DATA = "data";
  private static final String PARTITION_END = "partition-end";
  private static final String PARTITION_FAILED = "partition-failed";

  private static final Pattern HEX = Pattern.compile("[0-9a-f]+");
  private static final int SHOWN = 60;

  private HeaderCodec() {}

  /** The headers of one record, in the order they are written. */
  public static Map<String, String> encode(BatchHeader header) {
    var texts = new LinkedHashMap<String, String>();
    texts.put("millrace.version", VERSION);
    texts.put("millrace.kind", kind(header));
    encode(header.reading(), texts);
    texts.put("millrace.sequence", Integer.toString(header.sequence()));
    texts.put("millrace.rows", Long.toString(header.rows()));
    texts.put("millrace.schema", header.schema());
    if (header instanceof BatchHeader.PartitionEnd end) {
      texts.put("millrace.checksum", HexFormat.of().toHexDigits(end.checksum()));
    } else if (header instanceof BatchHeader.PartitionFailed failed) {
      texts.put("millrace.reason", failed.reason());
    }
    return texts;
  }

  private static String kind(BatchHeader header) {
    if (header instanceof BatchHeader.Data) {
      return DATA;
    }
    return header instanceof BatchHeader.PartitionEnd ? PARTITION_END : PARTITION_FAILED;
  }

  private static void encode(Reading reading, Map<String, String> texts) {
    Unit unit = reading.unit();
    texts.put("millrace.pipeline", unit.stream().pipeline());
    texts.put("millrace.stream", unit.stream().name());
    texts.put("millrace.run", unit.run().value());
    texts.put("millrace.plan", unit.plan().toString());
    texts.put("millrace.plan-size", Integer.toString(reading.planSize()));
    texts.put("millrace.partition", unit.partition());
    if (reading.bounds() instanceof Bounds.Nulls nulls) {
      texts.put("millrace.bounds", "nulls");
      texts.put("millrace.bounds-column", nulls.column());
    } else if (reading.bounds() instanceof Bounds.Range range) {
      texts.put("millrace.bounds", "range");
      texts.put("millrace.bounds-column", range.column());
      range.from().ifPresent(from -> texts.put("millrace.bounds-from", from));
      range.to().ifPresent(to -> texts.put("millrace.bounds-to", to));
    } else {
      texts.put("millrace.bounds", "everything");
    }
    texts.put("millrace.attempt", Integer.toString(reading.attempt().number()));
    texts.put("millrace.nonce", reading.attempt().nonce());
    texts.put("millrace.started", Long.toString(reading.attempt().startedAt().toEpochMilli()));
  }

  /**
   * Reads what {@link #encode} wrote; names it does not know are ignored.
   *
   * @throws MillraceException (DATA) naming the header that is missing or malformed
   */
  public static BatchHeader decode(Map<String, String> texts) {
    String version = text(texts, "millrace.version");
    if (!version.equals(VERSION)) {
      throw MillraceException.data(
          "Cannot read wire version \"%s\": this Millrace reads %s; use the version that wrote it"
              .formatted(shown(version), VERSION));
    }
    String kind = text(texts, "millrace.kind");
    return switch (kind) {
      case DATA ->
          new BatchHeader.Data(reading(texts), sequence(texts), schema(texts), rows(texts));
      case PARTITION_END ->
          new BatchHeader.PartitionEnd(
              reading(texts), sequence(texts), schema(texts), rows(texts), checksum(texts));
      case PARTITION_FAILED ->
          new BatchHeader.PartitionFailed(
              reading(texts), sequence(texts), schema(texts), text(texts, "millrace.reason"));
      default ->
          throw malformed(
              "millrace.kind",
              kind,
              "%s, %s or %s".formatted(DATA, PARTITION_END, PARTITION_FAILED));
    };
  }

  private static Reading reading(Map<String, String> texts) {
    var stream = new StreamId(name(texts, "millrace.pipeline"), name(texts, "millrace.stream"));
    RunId run = made(texts, "millrace.run", RunId::new);
    PlanId plan = made(texts, "millrace.plan", HeaderCodec::sent);
    int planSize = (int) number(texts, "millrace.plan-size", 1, Integer.MAX_VALUE);
    Unit unit = made(texts, "millrace.partition", id -> new Unit(stream, run, plan, id));
    Bounds bounds = bounds(texts);
    int attempt = (int) number(texts, "millrace.attempt", 1, Integer.MAX_VALUE);
    Instant started = Instant.ofEpochMilli(number(texts, "millrace.started", 0, Long.MAX_VALUE));
    return new Reading(
        unit,
        planSize,
        bounds,
        made(texts, "millrace.nonce", nonce -> new Attempt(attempt, nonce, started)));
  }

  /** A replay's plans do not travel. */
  private static PlanId sent(String text) {
    PlanId plan = PlanId.parse(text);
    if (plan.replay() > 0) {
      throw MillraceException.data(
          "Cannot use plan \"%s\": no source sends a replay".formatted(text));
    }
    return plan;
  }

  private static Bounds bounds(Map<String, String> texts) {
    String kind = text(texts, "millrace.bounds");
    return switch (kind) {
      case "everything" -> new Bounds.Everything();
      case "nulls" -> new Bounds.Nulls(text(texts, "millrace.bounds-column"));
      case "range" ->
          new Bounds.Range(
              text(texts, "millrace.bounds-column"),
              texts.get("millrace.bounds-from"),
              texts.get("millrace.bounds-to"));
      default -> throw malformed("millrace.bounds", kind, "everything, nulls or range");
    };
  }

  private static int sequence(Map<String, String> texts) {
    return (int) number(texts, "millrace.sequence", 0, Integer.MAX_VALUE);
  }

  private static long rows(Map<String, String> texts) {
    return number(texts, "millrace.rows", 0, Long.MAX_VALUE);
  }

  private static String schema(Map<String, String> texts) {
    return hex(texts, "millrace.schema", 16);
  }

  private static int checksum(Map<String, String> texts) {
    return HexFormat.fromHexDigits(hex(texts, "millrace.checksum", 8));
  }

  private static String hex(Map<String, String> texts, String name, int digits) {
    String text = text(texts, name);
    if (text.length() != digits || !HEX.matcher(text).matches()) {
      throw malformed(name, text, "%d hex digits, small letters".formatted(digits));
    }
    return text;
  }

  private static long number(Map<String, String> texts, String name, long least, long most) {
    String text = text(texts, name);
    try {
      long number = Long.parseLong(text);
      if (number >= least && number <= most && text.equals(Long.toString(number))) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw malformed(name, text, "a whole number from %d to %d".formatted(least, most));
  }

  private static String name(Map<String, String> texts, String name) {
    String text = text(texts, name);
    if (!StreamId.isName(text)) {
      throw malformed(name, text, "a name of a-z, 0-9, _ and -");
    }
    return text;
  }

  private static <T> T made(Map<String, String> texts, String name, Function<String, T> make) {
    String text = text(texts, name);
    try {
      return make.apply(text);
    } catch (MillraceException e) {
      throw MillraceException.lasting(
          MillraceException.Category.DATA,
          "Cannot read header %s: %s".formatted(name, e.getMessage()),
          e);
    }
  }

  private static String text(Map<String, String> texts, String name) {
    String text = texts.get(name);
    if (text == null) {
      throw MillraceException.data(
          "Cannot read a record without the header %s: is it one of Millrace's?".formatted(name));
    }
    return text;
  }

  private static MillraceException malformed(String name, String value, String expected) {
    return MillraceException.data(
        "Cannot read header %s \"%s\": expected %s".formatted(name, shown(value), expected));
  }

  /** A foreign record may hold anything: short, and on one line. */
  private static String shown(String value) {
    String head = value.length() <= SHOWN ? value : value.substring(0, SHOWN) + "...";
    return head.replaceAll("\\p{Cntrl}", "?");
  }
}
