package io.millrace.connect.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.window.NullRows;
import io.millrace.core.window.RunRange;
import io.millrace.core.window.Window;
import io.millrace.core.window.WindowCalendar;
import io.millrace.core.window.WindowOptions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which windows are read next, hour by hour from the beginning of 1970. */
class WindowAgendaTest {
  private static final long HOUR = 3_600;
  private static final RunRange CONTINUOUS = new RunRange.Continuous();

  private final Table table = new Table();
  private Duration delay = Duration.ZERO;
  private NullRows nulls = NullRows.ERROR;
  private Instant marked = Instant.EPOCH;
  private int most = 100;

  /** A table of rows at full hours. */
  private static final class Table implements WindowStatistics {
    private final Map<Long, Long> rowsByHour = new HashMap<>();
    private long outside;

    @Override
    public OptionalLong first() {
      return rowsByHour.keySet().stream().mapToLong(hour -> hour * HOUR + 17).min();
    }

    @Override
    public long rows(Window window) {
      return rowsByHour.getOrDefault(window.start() / HOUR, 0L);
    }

    @Override
    public long outside() {
      return outside;
    }
  }

  private static Instant hour(long hour) {
    return Instant.ofEpochSecond(hour * HOUR);
  }

  private static StreamMark readThrough(long hour) {
    return mark(hour, Map.of(), List.of(), "r", StreamMark.NOTHING);
  }

  private static StreamMark mark(
      long through,
      Map<Long, Long> recentByHour,
      List<Long> failedHours,
      String request,
      long requestThrough) {
    var recent = new TreeMap<Long, Long>();
    recentByHour.forEach((hour, rows) -> recent.put(hour * HOUR, rows));
    var failed = new TreeSet<Long>();
    failedHours.forEach(hour -> failed.add(hour * HOUR));
    return new StreamMark(through * HOUR, recent, failed, false, request, requestThrough);
  }

  private WindowOptions options() {
    return new WindowOptions("at", Duration.ofHours(1), delay, "UTC", 0, nulls);
  }

  private WindowAgenda agenda(RunRange range, String request, Instant now) {
    return new WindowAgenda(options(), range, request, now, marked, most);
  }

  private List<Long> due(StreamMark mark, Instant now) throws SQLException {
    return due(mark, CONTINUOUS, "r", now);
  }

  private List<Long> due(StreamMark mark, RunRange range, String request, Instant now)
      throws SQLException {
    var calendar = WindowCalendar.of(options(), WindowCalendar.TimeLine.INSTANT);
    return agenda(range, request, now).due(calendar, mark, table).stream()
        .map(window -> window.start() / HOUR)
        .toList();
  }

  @Test
  void historyBeginsWithTheOldestRow() throws SQLException {
    table.rowsByHour.putAll(Map.of(5L, 1L, 9L, 1L));
    assertThat(due(StreamMark.START, hour(8))).containsExactly(5L, 6L, 7L);
  }

  @Test
  void ofAnEmptyTableNothingIsDue() throws SQLException {
    assertThat(due(StreamMark.START, hour(8))).isEmpty();
  }

  @Test
  void aWindowIsDueWhenItIsClosedAndTheDelayIsOver() throws SQLException {
    delay = Duration.ofMinutes(10);
    assertThat(due(readThrough(5), hour(6).plusSeconds(599))).isEmpty();
    assertThat(due(readThrough(5), hour(6).plusSeconds(600))).containsExactly(5L);
  }

  @Test
  void noMoreThanTheMostAreReadAtOnce() throws SQLException {
    most = 2;
    assertThat(due(readThrough(5), hour(10))).containsExactly(5L, 6L);
  }

  @Test
  void theLatestAreReadAgainWhereTheirRowsAreNotWhatTheyWere() throws SQLException {
    table.rowsByHour.putAll(Map.of(3L, 30L, 4L, 41L));
    StreamMark mark = mark(5, Map.of(3L, 30L, 4L, 40L), List.of(), "r", StreamMark.NOTHING);
    assertThat(due(mark, hour(6))).containsExactly(4L, 5L);
    assertThat(due(mark, hour(5))).as("nothing else is due").isEmpty();
  }

  @Test
  void untilEndsWithTheWindowsClosedByThenAndCountsAgainOncePerRequest() throws SQLException {
    table.rowsByHour.put(4L, 41L);
    StreamMark mark = mark(5, Map.of(4L, 40L), List.of(), "r", StreamMark.NOTHING);
    assertThat(due(readThrough(5), new RunRange.Until(hour(7)), "other", hour(9)))
        .containsExactly(5L, 6L);
    assertThat(due(mark, new RunRange.Until(hour(5)), "other", hour(9))).containsExactly(4L);
    assertThat(due(mark, new RunRange.Until(hour(5)), "r", hour(9))).isEmpty();
  }

  @Test
  void untilATimeToComeEndsWithWhatIsClosedNow() throws SQLException {
    assertThat(due(readThrough(5), new RunRange.Until(hour(70)), "r", hour(7)))
        .containsExactly(5L, 6L);
  }

  @Test
  void aRangeIsReadOnceMoreWhateverWasReadBefore() throws SQLException {
    var range = new RunRange.Between(hour(2).plusSeconds(1), hour(6));
    assertThat(due(readThrough(5), range, "again", hour(9))).containsExactly(3L, 4L, 5L);
    assertThat(due(readThrough(5), range, "again", hour(5))).as("closed").containsExactly(3L, 4L);
  }

  @Test
  void aRangeGoesOnWhereTheSameRequestCameTo() throws SQLException {
    most = 2;
    var range = new RunRange.Between(hour(2), hour(5));
    assertThat(due(readThrough(9), range, "again", hour(9))).containsExactly(2L, 3L);
    StreamMark halfway = mark(9, Map.of(), List.of(), "again", 4 * HOUR);
    assertThat(due(halfway, range, "again", hour(9))).containsExactly(4L);
    assertThat(due(halfway, range, "another", hour(9))).containsExactly(2L, 3L);
    assertThat(due(mark(9, Map.of(), List.of(), "again", 5 * HOUR), range, "again", hour(9)))
        .isEmpty();
  }

  @Test
  void whatWasGivenUpIsReadAgainAfterAWhileAndTheOthersGoOn() throws SQLException {
    StreamMark mark = mark(5, Map.of(), List.of(2L), "r", StreamMark.NOTHING);
    marked = hour(5).plusSeconds(30);
    assertThat(due(mark, hour(5).plusSeconds(60))).isEmpty();
    assertThat(due(mark, hour(5).plusSeconds(90))).containsExactly(2L);
    assertThat(due(mark, hour(6))).containsExactly(2L, 5L);
    marked = hour(6).minusSeconds(10);
    assertThat(due(mark, hour(6))).containsExactly(5L);
  }

  @Test
  void aBoundedRequestTriesOnceWhatWasGivenUpBefore() throws SQLException {
    StreamMark mark = mark(5, Map.of(), List.of(2L), "r", StreamMark.NOTHING);
    assertThat(due(mark, new RunRange.Until(hour(5)), "next", hour(5))).containsExactly(2L);
    assertThat(due(mark, new RunRange.Until(hour(5)), "r", hour(5))).isEmpty();
    assertThat(due(mark, new RunRange.Until(hour(6)), "r", hour(6))).containsExactly(5L);
  }

  @Test
  void afterTooManyFailuresOneMoreWindowIsTriedAtATime() throws SQLException {
    List<Long> failed = IntStream.range(0, StreamMark.MOST_FAILED).mapToObj(Long::valueOf).toList();
    StreamMark mark = mark(20, Map.of(), failed, "r", StreamMark.NOTHING);
    marked = hour(30);
    assertThat(due(mark, hour(30).plusSeconds(59))).isEmpty();
    assertThat(due(mark, hour(30).plusSeconds(60)))
        .hasSize(StreamMark.MOST_FAILED + 1)
        .endsWith(20L);
    assertThat(due(mark, new RunRange.Until(hour(30)), "r", hour(30))).isEmpty();
  }

  @Test
  void aTableThatCouldNotBeAskedIsLeftAloneForAWhile() {
    var mark =
        new StreamMark(
            StreamMark.NOTHING, new TreeMap<>(), new TreeSet<>(), true, "r", StreamMark.NOTHING);
    marked = hour(5);
    assertThat(agenda(CONTINUOUS, "r", hour(5).plusSeconds(59)).rests(mark)).isTrue();
    assertThat(agenda(CONTINUOUS, "r", hour(5).plusSeconds(60)).rests(mark)).isFalse();
    assertThat(agenda(new RunRange.Until(hour(9)), "r", hour(9)).rests(mark)).isTrue();
    assertThat(agenda(new RunRange.Until(hour(9)), "next", hour(9)).rests(mark)).isFalse();
    assertThat(agenda(CONTINUOUS, "r", hour(5)).rests(StreamMark.START)).isFalse();
  }

  @Test
  void aRowFarInThePastIsNoReasonForAMillionRuns() {
    table.rowsByHour.put(0L, 1L);
    assertThatThrownBy(() -> due(StreamMark.START, hour(100_001)))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("100001 runs back")
        .hasMessageContaining("1970-01-01T00:00:00Z");
  }

  @Test
  void rowsInNoWindowFailTheRunUnlessTheyAreSkipped() throws SQLException {
    assertThat(agenda(CONTINUOUS, "r", hour(1)).outside("public.trips", table)).isEmpty();
    table.outside = 3;
    assertThat(agenda(CONTINUOUS, "r", hour(1)).outside("public.trips", table).orElseThrow())
        .contains("3 rows of public.trips")
        .contains("\"at\"")
        .contains("nulls: skip");
    nulls = NullRows.SKIP;
    assertThat(agenda(CONTINUOUS, "r", hour(1)).outside("public.trips", table)).isEmpty();
  }
}
