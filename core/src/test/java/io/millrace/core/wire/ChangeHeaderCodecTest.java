package io.millrace.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.change.Span;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeHeaderCodecTest {
  private static final StreamId TRIPS = new StreamId("trips", "public-trips");
  private static final PlanId ID = new PlanId(1795171234567L, "k3f9");
  private static final Progress PROGRESS =
      new Progress(new RunId("2026-11-19"), Instant.parse("2026-11-19T23:59:59.000001Z"));
  private static final Position BEFORE = new Position(0x16_3002d50L, 12);
  private static final Position LAST = new Position(0x16_3002e10L, 4);

  /** Every golden file, by name. */
  private static final Map<String, ChangeHeader> GOLDEN =
      Map.of(
          "changes-data.txt",
          new ChangeHeader.Data(
              new Bucket(TRIPS, generation(16, "trip_id"), 3),
              PROGRESS,
              new Span(BEFORE, new Position(0x16_3002d50L, 17), LAST),
              "00c0ffee5eed1234",
              86016),
          "changes-data-odd-key.txt",
          new ChangeHeader.Data(
              new Bucket(TRIPS, generation(2, "a,b", "Größe \"%\"", "", "東京"), 0),
              new Progress(RunId.SNAPSHOT, Instant.EPOCH),
              new Span(Position.START, new Position(-1, 0), new Position(-1, Long.MAX_VALUE / 10)),
              "0000000000000000",
              1),
          "changes-tick.txt",
          new ChangeHeader.Tick(
              new Bucket(TRIPS, generation(16, "trip_id"), 15),
              PROGRESS,
              BEFORE,
              LAST,
              "00c0ffee5eed1234"),
          "changes-tick-without-key.txt",
          new ChangeHeader.Tick(
              new Bucket(TRIPS, generation(1), 0),
              PROGRESS,
              Position.START,
              Position.START,
              "00c0ffee5eed1234"));

  private static Generation generation(int buckets, String... key) {
    return new Generation(
        ID, "7445533012345678901", "millrace_trips", buckets, List.of(key), KeyHash.NAME);
  }

  /** Adds what is missing, if asked to (see {@link GoldenFile}). */
  @BeforeAll
  static void write() {
    GOLDEN.forEach((name, header) -> GoldenFile.of(name).orWrite(lines(header)));
  }

  private static List<String> lines(ChangeHeader header) {
    return ChangeHeaderCodec.encode(header).entrySet().stream()
        .map(each -> each.getKey() + ": " + each.getValue())
        .toList();
  }

  static Stream<String> names() {
    return GOLDEN.keySet().stream().sorted();
  }

  @Test
  void everyGoldenFileHasItsHeader() {
    assertThat(GoldenFile.ending(".txt"))
        .extracting(GoldenFile::toString)
        .filteredOn(name -> name.startsWith("changes-"))
        .containsExactlyInAnyOrderElementsOf(GOLDEN.keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void readsWhatTheGoldenFileSays(String name) {
    assertThat(ChangeHeaderCodec.decode(texts(name))).isEqualTo(GOLDEN.get(name));
  }

  @ParameterizedTest
  @MethodSource("names")
  void writesWhatTheGoldenFileSaysInItsOrder(String name) {
    assertThat(lines(GOLDEN.get(name))).containsExactlyElementsOf(GoldenFile.of(name).lines());
  }

  @Test
  void ignoresHeadersThatALaterVersionMayAdd() {
    Map<String, String> texts = texts("changes-data.txt");
    texts.put("millrace.origin", "elsewhere");
    assertThat(ChangeHeaderCodec.decode(texts)).isEqualTo(GOLDEN.get("changes-data.txt"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "version", "kind", "pipeline", "stream", "generation", "system", "slot", "buckets", "key",
        "hash", "bucket", "run", "latest-commit", "after", "first", "last", "rows", "schema"
      })
  void namesTheHeaderThatIsMissing(String name) {
    Map<String, String> texts = texts("changes-data.txt");
    texts.remove("millrace." + name);
    assertRefused(
        texts,
        "Cannot read a record without the header millrace.%s: is it one of Millrace's?"
            .formatted(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "version       | 2             | Cannot read wire version \"2\": this Millrace reads 1; use"
            + " the version that wrote it",
        "kind          | partition-end | Cannot read header millrace.kind \"partition-end\":"
            + " expected data or tick",
        "generation    | junk          | Cannot read header millrace.generation: Cannot parse plan"
            + " \"junk\": expected 13 digits, a hyphen and [a-z0-9]+, such as 1795171234567-k3f9",
        "buckets       | 0             | Cannot read header millrace.buckets \"0\": expected a"
            + " whole number from 1 to 2147483647",
        "bucket        | 16            | Cannot read header millrace.bucket \"16\": expected a"
            + " whole number from 0 to 15",
        "key           | a%zz          | Cannot read header millrace.key: its names are not"
            + " form-encoded",
        "key           | ``            | Cannot use a generation of 16 buckets without a key: rows"
            + " without one have 1",
        "latest-commit | noon          | Cannot read header millrace.latest-commit \"noon\":"
            + " expected a whole number from 0 to 9223372036854775807",
        "after         | 1.1           | Cannot read header millrace.after: Cannot parse position"
            + " \"1.1\": expected 16 hex digits, a dot and a whole number, such as"
            + " 000000162f3002d5.17",
        "after         | 0000000163002d50.17 | Cannot use changes from 0000000163002d50.17 to"
            + " 0000000163002e10.4 after 0000000163002d50.17: they come in order",
        "last          | 0000000163002d50.16 | Cannot use changes from 0000000163002d50.17 to"
            + " 0000000163002d50.16 after 0000000163002d50.12: they come in order",
        "rows          | 0             | Cannot read header millrace.rows \"0\": expected a whole"
            + " number from 1 to 9223372036854775807",
        "schema        | 00c0ffee      | Cannot read header millrace.schema \"00c0ffee\": expected"
            + " 16 hex digits, small letters"
      })
  void namesTheHeaderThatIsMalformed(String name, String value, String message) {
    Map<String, String> texts = texts("changes-data.txt");
    texts.put("millrace." + name, value);
    assertRefused(texts, message);
  }

  @Test
  void aTickNeverGoesBack() {
    Map<String, String> texts = texts("changes-tick.txt");
    texts.put("millrace.last", "0000000163002d50.11");
    assertRefused(
        texts,
        "Cannot use a tick at 0000000163002d50.11 after 0000000163002d50.12: positions never go"
            + " back");
  }

  @Test
  void allRecordsOfABucketHaveOneKeyInATopicOfTheirOwn() {
    Bucket bucket = GOLDEN.get("changes-data.txt").bucket();
    assertThat(bucket.recordKey()).isEqualTo("3");
    assertThat(bucket.stream().changesTopic()).isEqualTo("trips.public-trips.changes");
  }

  private static void assertRefused(Map<String, String> texts, String message) {
    assertThatThrownBy(() -> ChangeHeaderCodec.decode(texts))
        .hasMessage(message)
        .asInstanceOf(InstanceOfAssertFactories.type(MillraceException.class))
        .extracting(MillraceException::category)
        .isEqualTo(MillraceException.Category.DATA);
  }

  private static Map<String, String> texts(String file) {
    var texts = new LinkedHashMap<String, String>();
    GoldenFile.of(file)
        .lines()
        .forEach(line -> texts.put(line.split(": ", 2)[0], line.split(": ", 2)[1]));
    return texts;
  }
}
