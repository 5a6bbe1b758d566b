package io.millrace.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class HeaderCodecTest {
  private static final StreamId TRIPS = new StreamId("trips", "trips");
  private static final PlanId PLAN = new PlanId(1795171234567L, "k3f9");
  private static final Attempt ATTEMPT =
      new Attempt(1, "7h2m0q9x1zab", Instant.parse("2026-11-20T10:40:39Z"));

  /** Every golden file, by name. */
  private static final Map<String, BatchHeader> GOLDEN =
      Map.of(
          "data-range.txt",
          new BatchHeader.Data(
              new Reading(
                  new Unit(
                      new StreamId("trips", "public-trips"), new RunId("2026-11-19"), PLAN, "0003"),
                  9,
                  new Bounds.Range("pu_location_id", "66", "99"),
                  new Attempt(2, ATTEMPT.nonce(), ATTEMPT.startedAt())),
              41,
              "00c0ffee5eed1234",
              86016),
          "data-range-from-the-start.txt",
          new BatchHeader.Data(
              new Reading(
                  new Unit(TRIPS, RunId.SNAPSHOT, new PlanId(1, "a"), "0000"),
                  Integer.MAX_VALUE,
                  new Bounds.Range("trip_id", null, "1000000"),
                  new Attempt(1, "n", Instant.EPOCH)),
              0,
              "ffffffffffffffff",
              0),
          "data-range-to-the-end.txt",
          new BatchHeader.Data(
              new Reading(
                  new Unit(
                      TRIPS, RunId.SNAPSHOT, new PlanId(9999999999999L, "z".repeat(40)), "last"),
                  1,
                  new Bounds.Range("code", "", null),
                  new Attempt(
                      Integer.MAX_VALUE, "000000000000", Instant.ofEpochMilli(Long.MAX_VALUE))),
              Integer.MAX_VALUE,
              "0000000000000000",
              Long.MAX_VALUE),
          "data-nulls.txt",
          new BatchHeader.Data(
              new Reading(
                  new Unit(
                      new StreamId("a_b-c1", "s_t-r2"),
                      new RunId("2026-11-19T00:00+01:00"),
                      new PlanId(1795171234567L, "0"),
                      "nulls"),
                  3,
                  new Bounds.Nulls("Straße \"Größe\" \\ 東京"),
                  new Attempt(1, "abcdefghijkl", Instant.ofEpochMilli(1795171234999L))),
              7,
              "0123456789abcdef",
              12),
          "data-point.txt",
          new BatchHeader.Data(
              new Reading(
                  new Unit(TRIPS, RunId.SNAPSHOT, PLAN, "0000"),
                  1,
                  new Bounds.Everything(),
                  ATTEMPT,
                  new SnapshotPoint(
                      new PlanId(1795171230000L, "9x1z"), new Position(0x163002d4fL, 0))),
              0,
              "00c0ffee5eed1234",
              100),
          "partition-end.txt",
          new BatchHeader.PartitionEnd(
              new Reading(
                  new Unit(TRIPS, RunId.SNAPSHOT, PLAN, "all/of it"),
                  1,
                  new Bounds.Everything(),
                  ATTEMPT),
              42,
              "00c0ffee5eed1234",
              3_000_000,
              0x0a1b2c3d),
          "partition-end-empty.txt",
          new BatchHeader.PartitionEnd(
              new Reading(
                  new Unit(TRIPS, RunId.SNAPSHOT, PLAN, "0002"),
                  4,
                  new Bounds.Range("trip_id", null, null),
                  ATTEMPT),
              0,
              "00c0ffee5eed1234",
              0,
              0),
          "partition-failed.txt",
          new BatchHeader.PartitionFailed(
              new Reading(
                  new Unit(TRIPS, RunId.SNAPSHOT, PLAN, "0000"),
                  1,
                  new Bounds.Everything(),
                  ATTEMPT),
              2,
              "00c0ffee5eed1234",
              "Cannot read public.trips: permission denied for table trips (\"Größe\" too)"));

  @Test
  void everyGoldenFileHasItsHeader() {
    assertThat(GoldenFile.ending(".txt"))
        .extracting(GoldenFile::toString)
        .filteredOn(name -> !name.endsWith(".rows.txt") && !name.startsWith("changes-"))
        .containsExactlyInAnyOrderElementsOf(GOLDEN.keySet());
  }

  static Stream<String> names() {
    return GOLDEN.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("names")
  void readsWhatTheGoldenFileSays(String name) {
    assertThat(HeaderCodec.decode(texts(name))).isEqualTo(GOLDEN.get(name));
  }

  @ParameterizedTest
  @MethodSource("names")
  void writesWhatTheGoldenFileSaysInItsOrder(String name) {
    var lines =
        HeaderCodec.encode(GOLDEN.get(name)).entrySet().stream()
            .map(header -> header.getKey() + ": " + header.getValue());

    assertThat(lines).containsExactlyElementsOf(GoldenFile.of(name).lines());
  }

  @Test
  void aPointWithoutItsGenerationIsRefused() {
    for (String lacking : List.of("millrace.point", "millrace.generation")) {
      Map<String, String> texts = texts("data-point.txt");
      texts.remove(lacking);
      assertThatThrownBy(() -> HeaderCodec.decode(texts))
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining(lacking);
    }
  }

  @Test
  void ignoresHeadersThatALaterVersionMayAdd() {
    Map<String, String> texts = texts("data-range.txt");
    texts.put("millrace.run-from", "2026-11-19T00:00Z");
    texts.put("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");

    assertThat(HeaderCodec.decode(texts)).isEqualTo(GOLDEN.get("data-range.txt"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "version",
        "kind",
        "pipeline",
        "stream",
        "run",
        "plan",
        "plan-size",
        "partition",
        "bounds",
        "bounds-column",
        "attempt",
        "nonce",
        "started",
        "sequence",
        "rows",
        "schema"
      })
  void namesTheHeaderThatIsMissing(String name) {
    Map<String, String> texts = texts("data-range.txt");
    texts.remove("millrace." + name);

    assertRefused(
        texts,
        "Cannot read a record without the header millrace.%s: is it one of Millrace's?"
            .formatted(name));
  }

  @Test
  void anEndWithoutChecksumIsRefused() {
    Map<String, String> texts = texts("partition-end.txt");
    texts.remove("millrace.checksum");

    assertRefused(
        texts,
        "Cannot read a record without the header millrace.checksum: is it one of Millrace's?");
  }

  @Test
  void aFailureWithoutReasonIsRefused() {
    Map<String, String> texts = texts("partition-failed.txt");
    texts.remove("millrace.reason");

    assertRefused(
        texts, "Cannot read a record without the header millrace.reason: is it one of Millrace's?");
  }

  @Test
  void aReasonStandsOnOneLine() {
    assertThat(failed("no right:\n\ttrips\u0000 \ud83d\ude95 \ud83d!").reason())
        .isEqualTo("no right:  trips  \ud83d\ude95  !");
  }

  @Test
  void aLongReasonIsCutAndNeverWithinACharacter() {
    assertThat(failed("x".repeat(1_000)).reason()).isEqualTo("x".repeat(1_000));
    assertThat(failed("x".repeat(1_001)).reason()).isEqualTo("x".repeat(997) + "...");
    assertThat(failed("x".repeat(996) + "\ud83d\ude95".repeat(9)).reason())
        .isEqualTo("x".repeat(996) + " ...");
  }

  private static BatchHeader.PartitionFailed failed(String reason) {
    Reading reading = GOLDEN.get("partition-failed.txt").reading();
    var failed = new BatchHeader.PartitionFailed(reading, 0, "00c0ffee5eed1234", reason);
    assertThat(HeaderCodec.decode(HeaderCodec.encode(failed))).isEqualTo(failed);
    assertThat(failed.rows()).isZero();
    return failed;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      emptyValue = "",
      value = {
        "version    | 2       | Cannot read wire version \"2\": this Millrace reads 1;"
            + " use the version that wrote it",
        "kind       | tick    | Cannot read header millrace.kind \"tick\": expected data,"
            + " partition-end or partition-failed",
        "pipeline   | Trips   | Cannot read header millrace.pipeline \"Trips\": expected a name of"
            + " a-z, 0-9, _ and -",
        "stream     | a.b     | Cannot read header millrace.stream \"a.b\": expected a name of"
            + " a-z, 0-9, _ and -",
        "run        | ``      | Cannot read header millrace.run: Cannot use 0 characters as a run's"
            + " id: 1 to 200 are allowed",
        "plan       | junk    | Cannot read header millrace.plan: Cannot parse plan \"junk\":"
            + " expected 13 digits, a hyphen and [a-z0-9]+, such as 1795171234567-k3f9",
        "plan-size  | 0       | Cannot read header millrace.plan-size \"0\": expected a whole"
            + " number from 1 to 2147483647",
        "plan-size  | 2147483648 | Cannot read header millrace.plan-size \"2147483648\": expected a"
            + " whole number from 1 to 2147483647",
        "partition  | ``      | Cannot read header millrace.partition: Cannot use 0 characters as a"
            + " partition's id: 1 to 200 are allowed",
        "bounds     | list    | Cannot read header millrace.bounds \"list\": expected everything,"
            + " nulls or range",
        "attempt    | 0       | Cannot read header millrace.attempt \"0\": expected a whole number"
            + " from 1 to 2147483647",
        "nonce      | ``      | Cannot read header millrace.nonce: Cannot use 0 characters as an"
            + " attempt's nonce: 1 to 200 are allowed",
        "started    | -1      | Cannot read header millrace.started \"-1\": expected a whole number"
            + " from 0 to 9223372036854775807",
        "started    | noon    | Cannot read header millrace.started \"noon\": expected a whole"
            + " number from 0 to 9223372036854775807",
        "sequence   | -1      | Cannot read header millrace.sequence \"-1\": expected a whole"
            + " number from 0 to 2147483647",
        "sequence   | 007     | Cannot read header millrace.sequence \"007\": expected a whole"
            + " number from 0 to 2147483647",
        "rows       | +5      | Cannot read header millrace.rows \"+5\": expected a whole number"
            + " from 0 to 9223372036854775807",
        "rows       | 9223372036854775808 | Cannot read header millrace.rows"
            + " \"9223372036854775808\": expected a whole number from 0 to 9223372036854775807",
        "schema     | 00C0FFEE5EED1234 | Cannot read header millrace.schema \"00C0FFEE5EED1234\":"
            + " expected 16 hex digits, small letters",
        "schema     | 00c0ffee | Cannot read header millrace.schema \"00c0ffee\": expected 16 hex"
            + " digits, small letters",
        "checksum   | ``      | Cannot read header millrace.checksum \"\": expected 8 hex digits,"
            + " small letters",
        "checksum   | 0a1b2c3 | Cannot read header millrace.checksum \"0a1b2c3\": expected 8 hex"
            + " digits, small letters",
        "checksum   | 0a1b2c3g | Cannot read header millrace.checksum \"0a1b2c3g\": expected 8 hex"
            + " digits, small letters",
      })
  void namesTheHeaderThatIsMalformed(String name, String value, String message) {
    Map<String, String> texts = texts("partition-end.txt");
    texts.put("millrace." + name, value);

    assertRefused(texts, message);
  }

  @Test
  void showsOnlyTheBeginningOfAForeignValueAndOnOneLine() {
    Map<String, String> texts = texts("data-range.txt");
    texts.put("millrace.kind", "a\nb" + "c".repeat(1_000_000));

    assertRefused(
        texts,
        "Cannot read header millrace.kind \"a?b%s...\": expected data, partition-end or partition-failed"
            .formatted("c".repeat(57)));
  }

  private static void assertRefused(Map<String, String> texts, String message) {
    assertThatThrownBy(() -> HeaderCodec.decode(texts))
        .hasMessage(message)
        .asInstanceOf(InstanceOfAssertFactories.type(MillraceException.class))
        .extracting(MillraceException::category)
        .isEqualTo(MillraceException.Category.DATA);
  }

  private static Map<String, String> texts(String file) {
    List<String> lines = GoldenFile.of(file).lines();
    var texts = new LinkedHashMap<String, String>();
    lines.forEach(line -> texts.put(line.split(": ", 2)[0], line.split(": ", 2)[1]));
    return texts;
  }
}
