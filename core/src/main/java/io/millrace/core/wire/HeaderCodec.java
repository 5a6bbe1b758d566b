package io.millrace.core.wire;

import io.millrace.core.Attempt;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.change.Position;
import io.millrace.core.change.SnapshotPoint;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

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
    reading
        .point()
        .ifPresent(
            point -> {
              texts.put("millrace.generation", point.generation().toString());
              texts.put("millrace.point", point.position().toString());
            });
  }

  /**
   * Reads what {@link #encode} wrote; names it does not know are ignored.
   *
   * @throws MillraceException (DATA) naming the header that is missing or malformed
   */
  public static BatchHeader decode(Map<String, String> headers) {
    var texts = new HeaderTexts(headers);
    texts.requireVersion(VERSION);
    String kind = texts.text("millrace.kind");
    return switch (kind) {
      case DATA ->
          new BatchHeader.Data(reading(texts), sequence(texts), schema(texts), rows(texts));
      case PARTITION_END ->
          new BatchHeader.PartitionEnd(
              reading(texts), sequence(texts), schema(texts), rows(texts), checksum(texts));
      case PARTITION_FAILED ->
          new BatchHeader.PartitionFailed(
              reading(texts), sequence(texts), schema(texts), texts.text("millrace.reason"));
      default ->
          throw HeaderTexts.malformed(
              "millrace.kind",
              kind,
              "%s, %s or %s".formatted(DATA, PARTITION_END, PARTITION_FAILED));
    };
  }

  private static Reading reading(HeaderTexts texts) {
    String pipeline = texts.name("millrace.pipeline");
    String name = texts.name("millrace.stream");
    StreamId stream = texts.made("millrace.stream", text -> new StreamId(pipeline, name));
    RunId run = texts.made("millrace.run", RunId::new);
    PlanId plan = texts.made("millrace.plan", HeaderCodec::sent);
    int planSize = (int) texts.number("millrace.plan-size", 1, Integer.MAX_VALUE);
    Unit unit = texts.made("millrace.partition", id -> new Unit(stream, run, plan, id));
    Bounds bounds = bounds(texts);
    int attempt = (int) texts.number("millrace.attempt", 1, Integer.MAX_VALUE);
    Instant started = Instant.ofEpochMilli(texts.number("millrace.started", 0, Long.MAX_VALUE));
    return new Reading(
        unit,
        planSize,
        bounds,
        texts.made("millrace.nonce", nonce -> new Attempt(attempt, nonce, started)),
        point(texts));
  }

  /** Null where the stream's changes are not read: one of the two headers asks for the other. */
  private static SnapshotPoint point(HeaderTexts texts) {
    if (texts.find("millrace.generation").isEmpty() && texts.find("millrace.point").isEmpty()) {
      return null;
    }
    return new SnapshotPoint(
        texts.made("millrace.generation", HeaderCodec::sent),
        texts.made("millrace.point", Position::parse));
  }

  /** A replay's plans do not travel. */
  static PlanId sent(String text) {
    PlanId plan = PlanId.parse(text);
    if (plan.replay() > 0) {
      throw MillraceException.data(
          "Cannot use plan \"%s\": no source sends a replay".formatted(text));
    }
    return plan;
  }

  private static Bounds bounds(HeaderTexts texts) {
    String kind = texts.text("millrace.bounds");
    return switch (kind) {
      case "everything" -> new Bounds.Everything();
      case "nulls" -> new Bounds.Nulls(texts.text("millrace.bounds-column"));
      case "range" ->
          new Bounds.Range(
              texts.text("millrace.bounds-column"),
              texts.find("millrace.bounds-from").orElse(null),
              texts.find("millrace.bounds-to").orElse(null));
      default -> throw HeaderTexts.malformed("millrace.bounds", kind, "everything, nulls or range");
    };
  }

  private static int sequence(HeaderTexts texts) {
    return (int) texts.number("millrace.sequence", 0, Integer.MAX_VALUE);
  }

  private static long rows(HeaderTexts texts) {
    return texts.number("millrace.rows", 0, Long.MAX_VALUE);
  }

  private static String schema(HeaderTexts texts) {
    return texts.hex("millrace.schema", 16);
  }

  private static int checksum(HeaderTexts texts) {
    return HexFormat.fromHexDigits(texts.hex("millrace.checksum", 8));
  }
}
