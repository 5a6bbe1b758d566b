package io.millrace.core.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.core.RunId;
import io.millrace.core.options.Durations;
import io.millrace.core.window.WindowCalendar.TimeLine;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds in every zone and year, tried around all its changes and at random times. */
class WindowCalendarPropertyTest {
  private static final long SEED = 20261119;
  private static final List<String> EVERY =
      List.of(
          "1m", "90s", "15m", "30m", "1h", "2h", "3h", "6h", "8h", "12h", "1d", "2d", "1w", "30d",
          "366d");
  private static final Set<String> ODD_ZONES =
      Set.of(
          "UTC",
          "Europe/Berlin",
          "Europe/London",
          "Europe/Dublin",
          "Australia/Lord_Howe",
          "Pacific/Apia",
          "Pacific/Kwajalein",
          "Pacific/Kiritimati",
          "America/Havana",
          "America/Sao_Paulo",
          "America/St_Johns",
          "America/Juneau",
          "Asia/Manila",
          "Asia/Tehran",
          "Asia/Kathmandu",
          "Africa/Monrovia",
          "Africa/Casablanca",
          "Antarctica/Troll",
          "Antarctica/Vostok",
          "Etc/GMT+5");
  private static final int MORE_ZONES = 25;
  private static final int RANDOM_TIMES = 20;
  private static final long DAY = 86_400;

  static Stream<String> zones() {
    List<String> others = new ArrayList<>(new TreeSet<>(ZoneId.getAvailableZoneIds()));
    others.removeAll(ODD_ZONES);
    Collections.shuffle(others, new Random(SEED));
    return Stream.concat(ODD_ZONES.stream().sorted(), others.stream().limit(MORE_ZONES));
  }

  @ParameterizedTest
  @MethodSource("zones")
  void windowsTileTheLineOfInstants(String zone) {
    for (String every : EVERY) {
      WindowCalendar calendar = WindowCalendarTest.calendar(every, zone, TimeLine.INSTANT);
      for (long second : times(zone)) {
        requireTiling(calendar, second);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("zones")
  void windowsTileLocalTime(String zone) {
    for (String every : EVERY) {
      WindowCalendar calendar = WindowCalendarTest.calendar(every, zone, TimeLine.LOCAL);
      for (long second : times(zone)) {
        requireTiling(calendar, second);
      }
    }
  }

  /** Second by second: no boundary is missed, and there is none too many. */
  @ParameterizedTest
  @MethodSource("zones")
  void clocksShowAMultipleAtEachBoundary(String zone) {
    ZoneRules rules = ZoneId.of(zone).getRules();
    for (ZoneOffsetTransition change : someChanges(rules)) {
      long from = change.toEpochSecond() - 3 * 3600;
      long to = change.toEpochSecond() + 3 * 3600;
      for (String every : List.of("90s", "30m", "2h")) {
        long step = Durations.parse(every).toSeconds();
        List<Long> shown = new ArrayList<>();
        for (long second = from; second < to; second++) {
          if (isShown(rules, step, second)
              || (second == change.toEpochSecond() && leapsOver(change, step))) {
            shown.add(second);
          }
        }
        assertThat(WindowCalendarTest.calendar(every, zone, TimeLine.INSTANT).between(from, to))
            .as("%s at %s", every, change)
            .extracting(Window::start)
            .isEqualTo(shown);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("zones")
  void daysBeginWithTheirFirstInstant(String zone) {
    ZoneId id = ZoneId.of(zone);
    WindowCalendar days = WindowCalendarTest.calendar("1d", zone, TimeLine.INSTANT);
    for (ZoneOffsetTransition change : someChanges(id.getRules())) {
      LocalDate around = change.getDateTimeBefore().toLocalDate();
      Set<Long> midnights = new TreeSet<>();
      for (int day = -3; day <= 3; day++) {
        midnights.add(around.plusDays(day).atStartOfDay(id).toEpochSecond());
      }
      List<Long> starts = List.copyOf(midnights);
      assertThat(days.between(starts.get(0), starts.get(starts.size() - 1) + 1))
          .as("around %s", change)
          .extracting(Window::start)
          .isEqualTo(starts);
    }
  }

  @ParameterizedTest
  @MethodSource("zones")
  void theLastClosedWindowIsTheLastOneThatIsClosed(String zone) {
    ZoneRules rules = ZoneId.of(zone).getRules();
    for (TimeLine line : List.of(TimeLine.INSTANT, TimeLine.LOCAL)) {
      for (String every : List.of("15m", "2h", "1d")) {
        WindowCalendar calendar =
            WindowCalendar.of(WindowCalendarTest.options(every, "7m", zone), line);
        for (ZoneOffsetTransition change : someChanges(rules)) {
          for (int minutes = -180; minutes <= 180; minutes += 6) {
            Instant now = change.getInstant().plusSeconds(60L * minutes);
            Window last = calendar.lastClosed(now).orElseThrow();
            Window next = calendar.next(last);
            assertThat(last.closes()).as("%s of %s", last, zone).isBeforeOrEqualTo(now);
            assertThat(next.closes()).as("%s of %s", next, zone).isAfter(now);
            assertThat(next.closes()).isAfterOrEqualTo(last.closes());
          }
        }
      }
    }
  }

  @Test
  void idsAreUnique() {
    ODD_ZONES.forEach(
        zone -> {
          Set<RunId> ids = new HashSet<>();
          long from = Instant.parse("1840-01-01T00:00:00Z").getEpochSecond();
          long to = Instant.parse("2060-01-01T00:00:00Z").getEpochSecond();
          for (Window window :
              WindowCalendarTest.calendar("12h", zone, TimeLine.INSTANT).between(from, to)) {
            if (!ids.add(window.run())) {
              fail("%s comes twice in %s", window.run(), zone);
            }
          }
        });
  }

  private static void requireTiling(WindowCalendar calendar, long second) {
    Window window = calendar.containing(second);
    boolean holds =
        window.start() <= second
            && second < window.end()
            && calendar.containing(window.start()).equals(window)
            && calendar.containing(window.end() - 1).equals(window)
            && calendar.parse(window.run()).equals(window);
    Window next = calendar.next(window);
    Window before = calendar.containing(window.start() - 1);
    if (!holds
        || !next.equals(calendar.containing(window.end()))
        || next.start() != window.end()
        || before.end() != window.start()
        || next.run().equals(window.run())
        || before.run().equals(window.run())
        || !calendar.between(before.start(), next.end()).equals(List.of(before, window, next))
        || !calendar.between(window.start() + 1, window.end()).isEmpty()) {
      fail("%s at %d: %s, %s, %s", calendar.layout(), second, before, window, next);
    }
  }

  /** Around changes of the zone, and at random between 4713 BC and 9999. */
  private static List<Long> times(String zone) {
    Random random = new Random(SEED + zone.hashCode());
    List<Long> times = new ArrayList<>();
    for (ZoneOffsetTransition change : someChanges(ZoneId.of(zone).getRules())) {
      long at = change.toEpochSecond();
      times.addAll(List.of(at - 1, at, at + 1, at + random.nextInt(7200) - 3600));
    }
    long from = LocalDate.of(-4712, 1, 1).toEpochDay() * DAY;
    long to = LocalDate.of(9999, 12, 31).toEpochDay() * DAY;
    IntStream.range(0, RANDOM_TIMES)
        .mapToObj(i -> from + (long) (random.nextDouble() * (to - from)))
        .forEach(times::add);
    return times;
  }

  /** The first ones, which are the odd ones, and the next two from 2026 on. */
  private static List<ZoneOffsetTransition> someChanges(ZoneRules rules) {
    List<ZoneOffsetTransition> all = rules.getTransitions();
    List<ZoneOffsetTransition> some = new ArrayList<>(all.subList(0, Math.min(3, all.size())));
    some.addAll(all.subList(Math.max(some.size(), all.size() - 4), all.size()));
    all.stream()
        .filter(change -> Math.abs(change.getDuration().toSeconds()) != 3600)
        .filter(change -> !some.contains(change))
        .limit(8)
        .forEach(some::add);
    ZoneOffsetTransition next = rules.nextTransition(Instant.parse("2026-01-01T00:00:00Z"));
    for (int i = 0; i < 2 && next != null; i++) {
      some.add(next);
      next = rules.nextTransition(next.getInstant());
    }
    return some;
  }

  private static boolean isShown(ZoneRules rules, long step, long second) {
    ZoneOffset offset = rules.getOffset(Instant.ofEpochSecond(second));
    return Math.floorMod(second + offset.getTotalSeconds(), step) == 0;
  }

  /** Tries each second that the clocks do not show. */
  private static boolean leapsOver(ZoneOffsetTransition change, long step) {
    long from = change.getDateTimeBefore().toEpochSecond(ZoneOffset.UTC);
    long to = change.getDateTimeAfter().toEpochSecond(ZoneOffset.UTC);
    for (long second = from; second < to; second++) {
      if (Math.floorMod(second, step) == 0) {
        return true;
      }
    }
    return false;
  }
}
