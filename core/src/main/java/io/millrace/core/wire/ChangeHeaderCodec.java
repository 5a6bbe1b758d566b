package io.millrace.core.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Generation;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.change.Span;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The headers of change streams to short texts and back, as {@link HeaderCodec} does for runs. */
public final class ChangeHeaderCodec {
  private static final String DATA = "data";
  private static final String TICK = "tick";
  private static final String BUCKET = "millrace.bucket";

  private ChangeHeaderCodec() {}

  /** The headers of one record, in the order they are written. */
  public static Map<String, String> encode(ChangeHeader header) {
    var texts = new LinkedHashMap<String, String>();
    texts.put("millrace.version", HeaderCodec.VERSION);
    texts.put("millrace.kind", header instanceof ChangeHeader.Data ? DATA : TICK);
    encode(header.bucket(), texts);
    Progress progress = header.progress();
    texts.put("millrace.run", progress.run().value());
    texts.put(
        "millrace.latest-commit",
        Long.toString(ChronoUnit.MICROS.between(Instant.EPOCH, progress.latestCommit())));
    texts.put("millrace.after", header.after().toString());
    if (header instanceof ChangeHeader.Data data) {
      texts.put("millrace.first", data.span().first().toString());
    }
    texts.put("millrace.last", header.last().toString());
    texts.put("millrace.rows", Long.toString(header.rows()));
    texts.put("millrace.schema", header.schema());
    return texts;
  }

  private static void encode(Bucket bucket, Map<String, String> texts) {
    Generation generation = bucket.generation();
    texts.put("millrace.pipeline", bucket.stream().pipeline());
    texts.put("millrace.stream", bucket.stream().name());
    texts.put("millrace.generation", generation.id().toString());
    texts.put("millrace.system", generation.system());
    texts.put("millrace.slot", generation.slot());
    texts.put("millrace.buckets", Integer.toString(generation.buckets()));
    texts.put(
        "millrace.key",
        generation.key().stream()
            .map(name -> URLEncoder.encode(name, UTF_8))
            .collect(Collectors.joining(",")));
    texts.put("millrace.hash", generation.hash());
    texts.put(BUCKET, Integer.toString(bucket.number()));
  }

  /** Whether these are headers of changes, and not of a run: only changes have a bucket. */
  public static boolean isOfChanges(Map<String, String> headers) {
    return headers.containsKey(BUCKET);
  }

  /**
   * Reads what {@link #encode} wrote; names it does not know are ignored.
   *
   * @throws MillraceException (DATA) naming the header that is missing or malformed
   */
  public static ChangeHeader decode(Map<String, String> headers) {
    var texts = new HeaderTexts(headers);
    texts.requireVersion(HeaderCodec.VERSION);
    String kind = texts.text("millrace.kind");
    return switch (kind) {
      case DATA ->
          new ChangeHeader.Data(
              bucket(texts),
              progress(texts),
              span(texts),
              texts.hex("millrace.schema", 16),
              texts.number("millrace.rows", 1, Long.MAX_VALUE));
      case TICK ->
          new ChangeHeader.Tick(
              bucket(texts),
              progress(texts),
              position(texts, "millrace.after"),
              position(texts, "millrace.last"),
              texts.hex("millrace.schema", 16));
      default ->
          throw HeaderTexts.malformed("millrace.kind", kind, "%s or %s".formatted(DATA, TICK));
    };
  }

  private static Bucket bucket(HeaderTexts texts) {
    var stream = new StreamId(texts.name("millrace.pipeline"), texts.name("millrace.stream"));
    PlanId id = texts.made("millrace.generation", HeaderCodec::sent);
    List<String> key = texts.made("millrace.key", ChangeHeaderCodec::key);
    int buckets = (int) texts.number("millrace.buckets", 1, Integer.MAX_VALUE);
    var generation =
        new Generation(
            id,
            texts.text("millrace.system"),
            texts.text("millrace.slot"),
            buckets,
            key,
            texts.text("millrace.hash"));
    return new Bucket(stream, generation, (int) texts.number(BUCKET, 0, buckets - 1));
  }

  private static List<String> key(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    try {
      return Arrays.stream(text.split(",", -1))
          .map(name -> URLDecoder.decode(name, UTF_8))
          .toList();
    } catch (IllegalArgumentException e) {
      throw MillraceException.data("its names are not form-encoded");
    }
  }

  private static Progress progress(HeaderTexts texts) {
    RunId run = texts.made("millrace.run", RunId::new);
    long micros = texts.number("millrace.latest-commit", 0, Long.MAX_VALUE);
    return new Progress(run, Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
  }

  private static Span span(HeaderTexts texts) {
    return new Span(
        position(texts, "millrace.after"),
        position(texts, "millrace.first"),
        position(texts, "millrace.last"));
  }

  private static Position position(HeaderTexts texts, String name) {
    return texts.made(name, Position::parse);
  }
}
