package io.millrace.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.RunId;
import io.millrace.core.options.Durations;
import io.millrace.core.window.WindowCalendar.TimeLine;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Windows written down by hand, from the zones' histories. */
class WindowCalendarTest {
  @Test
  void anHourIsLeftOutWhereBerlinPutsTheClockForward() {
    assertThat(instants("1h", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"))
        .containsExactly(
            "2026-03-29T00:00+01:00 1h",
            "2026-03-29T01:00+01:00 1h",
            "2026-03-29T03:00+02:00 1h",
            "2026-03-29T04:00+02:00 1h",
            "2026-03-29T05:00+02:00 1h",
            "2026-03-29T06:00+02:00 1h",
            "2026-03-29T07:00+02:00 1h",
            "2026-03-29T08:00+02:00 1h",
            "2026-03-29T09:00+02:00 1h",
            "2026-03-29T10:00+02:00 1h",
            "2026-03-29T11:00+02:00 1h",
            "2026-03-29T12:00+02:00 1h",
            "2026-03-29T13:00+02:00 1h",
            "2026-03-29T14:00+02:00 1h",
            "2026-03-29T15:00+02:00 1h",
            "2026-03-29T16:00+02:00 1h",
            "2026-03-29T17:00+02:00 1h",
            "2026-03-29T18:00+02:00 1h",
            "2026-03-29T19:00+02:00 1h",
            "2026-03-29T20:00+02:00 1h",
            "2026-03-29T21:00+02:00 1h",
            "2026-03-29T22:00+02:00 1h",
            "2026-03-29T23:00+02:00 1h");
  }

  @Test
  void anHourComesTwiceWhereBerlinPutsTheClockBack() {
    assertThat(instants("1h", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"))
        .containsExactly(
            "2026-10-25T00:00+02:00 1h",
            "2026-10-25T01:00+02:00 1h",
            "2026-10-25T02:00+02:00 1h",
            "2026-10-25T02:00+01:00 1h",
            "2026-10-25T03:00+01:00 1h",
            "2026-10-25T04:00+01:00 1h",
            "2026-10-25T05:00+01:00 1h",
            "2026-10-25T06:00+01:00 1h",
            "2026-10-25T07:00+01:00 1h",
            "2026-10-25T08:00+01:00 1h",
            "2026-10-25T09:00+01:00 1h",
            "2026-10-25T10:00+01:00 1h",
            "2026-10-25T11:00+01:00 1h",
            "2026-10-25T12:00+01:00 1h",
            "2026-10-25T13:00+01:00 1h",
            "2026-10-25T14:00+01:00 1h",
            "2026-10-25T15:00+01:00 1h",
            "2026-10-25T16:00+01:00 1h",
            "2026-10-25T17:00+01:00 1h",
            "2026-10-25T18:00+01:00 1h",
            "2026-10-25T19:00+01:00 1h",
            "2026-10-25T20:00+01:00 1h",
            "2026-10-25T21:00+01:00 1h",
            "2026-10-25T22:00+01:00 1h",
            "2026-10-25T23:00+01:00 1h");
  }

  @Test
  void daysOfBerlinAreLongerAndShorter() {
    assertThat(instants("1d", "Europe/Berlin", "2026-03-27T23:00:00Z", "2026-03-30T22:00:00Z"))
        .containsExactly("2026-03-28+01:00 1d", "2026-03-29+01:00 23h", "2026-03-30+02:00 1d");
    assertThat(instants("1d", "Europe/Berlin", "2026-10-23T22:00:00Z", "2026-10-26T23:00:00Z"))
        .containsExactly("2026-10-24+02:00 1d", "2026-10-25+02:00 25h", "2026-10-26+01:00 1d");
  }

  @Test
  void boundariesThatADaylightSavingChangeCovers() {
    assertThat(instants("2h", "Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T04:00:00Z"))
        .containsExactly(
            "2026-03-29T00:00+01:00 2h", "2026-03-29T03:00+02:00 1h", "2026-03-29T04:00+02:00 2h");
    assertThat(instants("2h", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T04:00:00Z"))
        .containsExactly(
            "2026-10-25T00:00+02:00 2h",
            "2026-10-25T02:00+02:00 1h",
            "2026-10-25T02:00+01:00 2h",
            "2026-10-25T04:00+01:00 2h");
    assertThat(instants("12h", "Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"))
        .containsExactly("2026-10-25T00:00+02:00 13h", "2026-10-25T12:00+01:00 12h");
  }

  @Test
  void lordHowePutsTheClockByHalfAnHour() {
    assertThat(
            instants("1h", "Australia/Lord_Howe", "2026-10-03T14:30:00Z", "2026-10-03T17:00:00Z"))
        .containsExactly(
            "2026-10-04T01:00+10:30 1h", "2026-10-04T02:30+11:00 30m", "2026-10-04T03:00+11:00 1h");
    assertThat(
            instants("1h", "Australia/Lord_Howe", "2026-04-04T14:00:00Z", "2026-04-04T16:30:00Z"))
        .containsExactly("2026-04-05T01:00+11:00 90m", "2026-04-05T02:00+10:30 1h");
    assertThat(
            instants("30m", "Australia/Lord_Howe", "2026-04-04T14:00:00Z", "2026-04-04T16:00:00Z"))
        .containsExactly(
            "2026-04-05T01:00+11:00 30m",
            "2026-04-05T01:30+11:00 30m",
            "2026-04-05T01:30+10:30 30m",
            "2026-04-05T02:00+10:30 30m");
  }

  @Test
  void daysThatAZoneLeftOut() {
    assertThat(instants("1d", "Pacific/Apia", "2011-12-28T10:00:00Z", "2012-01-01T10:00:00Z"))
        .containsExactly(
            "2011-12-28-10:00 1d",
            "2011-12-29-10:00 1d",
            "2011-12-31+14:00 1d",
            "2012-01-01+14:00 1d");
    assertThat(instants("2d", "Pacific/Apia", "2011-12-28T10:00:00Z", "2012-01-01T10:00:00Z"))
        .containsExactly("2011-12-28-10:00 2d", "2011-12-31+14:00 1d", "2012-01-01+14:00 2d");
    assertThat(instants("12h", "Pacific/Apia", "2011-12-29T22:00:00Z", "2011-12-31T10:00:00Z"))
        .containsExactly(
            "2011-12-29T12:00-10:00 12h",
            "2011-12-31T00:00+14:00 12h",
            "2011-12-31T12:00+14:00 12h");
    assertThat(instants("1d", "Pacific/Kwajalein", "1993-08-19T12:00:00Z", "1993-08-23T12:00:00Z"))
        .containsExactly(
            "1993-08-19-12:00 1d",
            "1993-08-20-12:00 1d",
            "1993-08-22+12:00 1d",
            "1993-08-23+12:00 1d");
  }

  @Test
  void aDayThatAZoneHadTwiceIsOneWindow() {
    assertThat(instants("1d", "America/Juneau", "1867-10-17T08:57:41Z", "1867-10-20T08:57:41Z"))
        .containsExactly("1867-10-18+15:02:19 1d", "1867-10-19+15:02:19 2d");
  }

  @Test
  void daysThatBeginWhereTheClockIsPut() {
    assertThat(instants("1d", "America/Havana", "2026-03-07T05:00:00Z", "2026-03-09T04:00:00Z"))
        .containsExactly("2026-03-07-05:00 1d", "2026-03-08-04:00 23h");
    assertThat(instants("1d", "America/Havana", "2026-11-01T04:00:00Z", "2026-11-03T05:00:00Z"))
        .containsExactly("2026-11-01-04:00 25h", "2026-11-02-05:00 1d");
    assertThat(instants("1d", "America/Sao_Paulo", "2018-11-03T03:00:00Z", "2018-11-05T02:00:00Z"))
        .containsExactly("2018-11-03-03:00 1d", "2018-11-04-02:00 23h");
    assertThat(instants("1d", "America/Sao_Paulo", "2019-02-16T02:00:00Z", "2019-02-18T03:00:00Z"))
        .containsExactly("2019-02-16-02:00 25h", "2019-02-17-03:00 1d");
  }

  @Test
  void theEarlierOfTwoMidnightsBeginsTheDay() {
    assertThat(instants("1d", "America/St_Johns", "2010-11-06T02:30:00Z", "2010-11-09T03:30:00Z"))
        .containsExactly("2010-11-06-02:30 1d", "2010-11-07-02:30 25h", "2010-11-08-03:30 1d");

    WindowCalendar days = calendar("1d", "America/St_Johns", TimeLine.INSTANT);
    assertThat(days.containing(second("2010-11-06T23:30-03:30")).run())
        .hasToString("2010-11-07-02:30");
  }

  @Test
  void offsetsWithSecondsBeforeStandardTime() {
    assertThat(instants("1d", "Europe/Berlin", "1893-03-30T23:06:32Z", "1893-04-01T23:00:00Z"))
        .containsExactly("1893-03-31+00:53:28 1d", "1893-04-01+01:00 86008s");
    assertThat(instants("6h", "Europe/Berlin", "1893-03-31T17:06:32Z", "1893-04-01T11:00:00Z"))
        .containsExactly(
            "1893-03-31T18:00+00:53:28 6h",
            "1893-04-01T00:06:32+01:00 21208s",
            "1893-04-01T06:00+01:00 6h");
  }

  @Test
  void utcAddsNoOffsetAndLondonAlwaysDoes() {
    assertThat(instants("6h", "UTC", "2026-11-19T00:00:00Z", "2026-11-19T12:00:00Z"))
        .containsExactly("2026-11-19T00:00 6h", "2026-11-19T06:00 6h");
    assertThat(instants("1d", "Etc/UTC", "2026-11-19T00:00:00Z", "2026-11-20T00:00:00Z"))
        .containsExactly("2026-11-19 1d");
    assertThat(instants("1d", "Europe/London", "2026-10-24T23:00:00Z", "2026-10-27T00:00:00Z"))
        .containsExactly("2026-10-25+01:00 25h", "2026-10-26+00:00 1d");
  }

  @Test
  void weeksBeginOnMondays() {
    assertThat(calendar("1w", "UTC", TimeLine.DATE).containing(second("2026-11-20T00:00Z")).run())
        .hasToString("2026-11-16");
    assertThat(calendar("14d", "UTC", TimeLine.LOCAL).containing(0).run())
        .hasToString("1969-12-22");
    assertThat(instants("1w", "Europe/Berlin", "2026-10-18T22:00:00Z", "2026-11-01T23:00:00Z"))
        .containsExactly("2026-10-19+02:00 169h", "2026-10-26+01:00 7d");
  }

  @ParameterizedTest
  @CsvSource({
    "1d, 2026-10-25T02:30Z, 2026-10-25, 1d",
    "3d, 1970-01-01T00:00Z, 1970-01-01, 3d",
    "3d, 1969-12-31T23:59Z, 1969-12-29, 3d",
    "1h, 2026-10-25T02:59Z, 2026-10-25T02:00, 1h",
    "90s, 2026-10-25T00:01:31Z, 2026-10-25T00:01:30, 90s",
    "1d, -0043-03-15T12:00Z, -0043-03-15, 1d",
    "1h, -4712-01-01T00:30Z, -4712-01-01T00:00, 1h",
    "1d, +294276-12-31T23:59Z, +294276-12-31, 1d"
  })
  void aColumnWithoutAZoneKnowsNoLeaps(String every, String at, String run, String length) {
    WindowCalendar calendar = calendar(every, "Europe/Berlin", TimeLine.LOCAL);

    assertThat(text(calendar.containing(second(at)))).isEqualTo(run + " " + length);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-10-25T00:00, 2026-10-24T23:00:00Z",
    "2026-10-25T01:00, 2026-10-25T01:00:00Z", // ends at 02:00, which comes twice
    "2026-10-25T02:00, 2026-10-25T02:00:00Z",
    "2026-03-29T00:00, 2026-03-29T00:00:00Z",
    "2026-03-29T01:00, 2026-03-29T01:00:00Z", // ends at 02:00, which is left out
    "2026-03-29T02:00, 2026-03-29T01:00:00Z"
  })
  void localTimeIsOverAtTheLatestInstantThatItCanMean(String run, Instant closes) {
    WindowCalendar calendar = calendar("1h", "Europe/Berlin", TimeLine.LOCAL);

    assertThat(calendar.parse(new RunId(run)).closes()).isEqualTo(closes);
  }

  @ParameterizedTest
  @CsvSource({
    "INSTANT, 2026-11-19T05:09:59.999Z, 2026-11-19T04:00+01:00",
    "INSTANT, 2026-11-19T05:10:00Z, 2026-11-19T05:00+01:00",
    "INSTANT, 2026-10-25T01:10:00Z, 2026-10-25T02:00+02:00",
    "INSTANT, 2026-10-25T02:09:59Z, 2026-10-25T02:00+02:00",
    "INSTANT, 2026-10-25T02:10:00Z, 2026-10-25T02:00+01:00",
    "INSTANT, 1960-01-01T00:10:00Z, 1960-01-01T00:00+01:00",
    "LOCAL, 2026-11-19T05:09:59.999Z, 2026-11-19T04:00",
    "LOCAL, 2026-11-19T05:10:00Z, 2026-11-19T05:00",
    "LOCAL, 2026-10-25T00:50:00Z, 2026-10-25T00:00",
    "LOCAL, 2026-10-25T01:10:00Z, 2026-10-25T01:00",
    "LOCAL, 2026-10-25T02:09:59Z, 2026-10-25T01:00",
    "LOCAL, 2026-10-25T02:10:00Z, 2026-10-25T02:00",
    "LOCAL, 2026-03-29T01:09:59Z, 2026-03-29T00:00",
    "LOCAL, 2026-03-29T01:10:00Z, 2026-03-29T02:00"
  })
  void theLastClosedWindow(TimeLine line, Instant now, String run) {
    WindowCalendar calendar = WindowCalendar.of(options("1h", "10m", "Europe/Berlin"), line);

    assertThat(calendar.lastClosed(now).orElseThrow().run()).hasToString(run);
  }

  @Test
  void nothingWasEverClosedBeforeTheCalendarBegins() {
    WindowCalendar calendar = calendar("1d", "Europe/Berlin", TimeLine.LOCAL);

    assertThat(calendar.lastClosed(Instant.MIN)).isEmpty();
    assertThatThrownBy(() -> calendar.containing(Long.MIN_VALUE))
        .isInstanceOf(MillraceException.class)
        .hasMessage(
            "Cannot find the window of at at second -9223372036854775808: it is over ten million"
                + " years away from 1970");
  }

  @Test
  void windowsBetweenAreThoseThatStartThere() {
    WindowCalendar days = calendar("1d", "UTC", TimeLine.DATE);

    assertThat(days.between(0, 0)).isEmpty();
    assertThat(days.between(1, 86_400)).isEmpty();
    assertThat(days.between(1, 86_401)).extracting(Window::start).containsExactly(86_400L);
    assertThat(days.between(0, 2 * 86_400)).extracting(Window::start).containsExactly(0L, 86_400L);
  }

  @ParameterizedTest
  @CsvSource({
    "1d, UTC, yesterday, such as 1970-01-01",
    "1d, UTC, 2026-02-30, such as 1970-01-01",
    "1d, UTC, 2026-11-19T00:00, such as 1970-01-01",
    "1d, UTC, 2026-11-19+00:00, such as 1970-01-01",
    "1w, UTC, 2026-11-19, 'such as 2026-11-16, which holds that time'",
    "1h, UTC, 2026-11-19T05:30, 'such as 2026-11-19T05:00, which holds that time'",
    "1h, UTC, 2026-11-19T05:00:00, 'such as 2026-11-19T05:00, which holds that time'",
    "1h, UTC, 2026-11-19, such as 1970-01-01T00:00",
    "1d, Europe/Berlin, 2026-11-19, such as 1970-01-01+01:00",
    "1d, Europe/Berlin, 2026-11-19+02:00, 'such as 2026-11-19+01:00, which holds that time'",
    "1h, Europe/Berlin, 2026-03-29T02:00+01:00, 'such as 2026-03-29T03:00+02:00, which holds that"
        + " time'",
    "1d, Pacific/Apia, 2011-12-30+14:00, 'such as 2011-12-31+14:00, which holds that time'"
  })
  void idsThatNoWindowHas(String every, String zone, String id, String expected) {
    WindowCalendar calendar = calendar(every, zone, TimeLine.INSTANT);

    assertThatThrownBy(() -> calendar.parse(new RunId(id)))
        .isInstanceOf(MillraceException.class)
        .hasMessage(
            "Cannot find run \"%s\" among %s: expected the start of a window, %s",
            id, calendar.layout(), expected);
  }

  @Test
  void aYearFarAwayIsNoRun() {
    WindowCalendar calendar = calendar("1d", "UTC", TimeLine.DATE);

    assertThatThrownBy(() -> calendar.parse(new RunId("+999999999-01-01")))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("over ten million years away");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1h", "12h", "1m"})
  void aDateHasNoHours(String every) {
    WindowOptions options = options(every, "0s", "UTC");

    assertThatThrownBy(() -> WindowCalendar.of(options, TimeLine.DATE))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.key()).hasValue("run.every"))
        .hasMessage(
            "Cannot divide at every %s: it is a date, use whole days such as 1d".formatted(every));
  }

  @Test
  void theLayoutIsWhatFixesTheIds() {
    assertThat(calendar("24h", "Europe/Berlin", TimeLine.INSTANT).layout())
        .isEqualTo("windows of 1d of at in Europe/Berlin");
  }

  static WindowOptions options(String every, String delay, String zone) {
    return new WindowOptions(
        "at", Durations.parse(every), Durations.parse(delay), zone, 0, NullRows.ERROR);
  }

  static WindowCalendar calendar(String every, String zone, TimeLine line) {
    return WindowCalendar.of(options(every, "0s", zone), line);
  }

  private static List<String> instants(String every, String zone, String from, String to) {
    return calendar(every, zone, TimeLine.INSTANT)
        .between(Instant.parse(from).getEpochSecond(), Instant.parse(to).getEpochSecond())
        .stream()
        .map(WindowCalendarTest::text)
        .toList();
  }

  private static String text(Window window) {
    return window.run() + " " + Durations.text(Duration.ofSeconds(window.end() - window.start()));
  }

  private static long second(String text) {
    return OffsetDateTime.parse(text).toEpochSecond();
  }
}
