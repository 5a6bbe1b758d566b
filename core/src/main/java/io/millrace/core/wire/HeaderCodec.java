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
import java.util.function.LongFunction;

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

  private HeaderCodec() {}

  /** The headers of one record, in the order they are written. */
  public static Map<String, String> encode(BatchHeader header) {
    var texts = new LinkedHashMap<String, String>();
    texts.put("millrace.version", VERSION);
    texts.put("millrace.kind", header instanceof BatchHeader.Data ? DATA : PARTITION_END);
    encode(header.reading(), texts);
    texts.put("millrace.sequence", Integer.toString(header.sequence()));
    texts.put("millrace.rows", Long.toString(header.rows()));
    texts.put("millrace.schema", header.schema());
    if (header instanceof BatchHeader.PartitionEnd end) {
      texts.put("millrace.checksum", HexFormat.of().toHexDigits(end.checksum()));
    }
    return texts;
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
              .formatted(version, VERSION));
    }
    Reading reading = reading(texts);
    int sequence = integer(texts, "millrace.sequence");
    long rows = number(texts, "millrace.rows", Long::valueOf);
    String schema = text(texts, "millrace.schema");
    String kind = text(texts, "millrace.kind");
    return switch (kind) {
      case DATA -> new BatchHeader.Data(reading, sequence, schema, rows);
      case PARTITION_END ->
          new BatchHeader.PartitionEnd(reading, sequence, schema, rows, checksum(texts));
      default -> throw malformed("millrace.kind", kind, "%s or %s".formatted(DATA, PARTITION_END));
    };
  }

  private static Reading reading(Map<String, String> texts) {
    var unit =
        new Unit(
            new StreamId(text(texts, "millrace.pipeline"), text(texts, "millrace.stream")),
            new RunId(text(texts, "millrace.run")),
            PlanId.parse(text(texts, "millrace.plan")),
            text(texts, "millrace.partition"));
    var attempt =
        new Attempt(
            integer(texts, "millrace.attempt"),
            text(texts, "millrace.nonce"),
            number(texts, "millrace.started", Instant::ofEpochMilli));
    return new Reading(unit, integer(texts, "millrace.plan-size"), bounds(texts), attempt);
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

  private static int checksum(Map<String, String> texts) {
    String hex = text(texts, "millrace.checksum");
    try {
      return HexFormat.fromHexDigits(hex);
    } catch (IllegalArgumentException e) {
      throw malformed("millrace.checksum", hex, "up to 8 hex digits");
    }
  }

  private static int integer(Map<String, String> texts, String name) {
    long value = number(texts, name, Long::valueOf);
    if (value != (int) value) {
      throw malformed(name, Long.toString(value), "a number below 2^31");
    }
    return (int) value;
  }

  private static <T> T number(Map<String, String> texts, String name, LongFunction<T> make) {
    String text = text(texts, name);
    try {
      return make.apply(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw malformed(name, text, "a whole number");
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
        "Cannot read header %s \"%s\": expected %s".formatted(name, value, expected));
  }
}
