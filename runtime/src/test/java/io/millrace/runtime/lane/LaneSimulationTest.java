package io.millrace.runtime.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A lane among a log, a ledger and writers that answer when they like. Whatever the order, each
 * unit with a whole attempt is loaded once with exactly that attempt's records, and the offset
 * passes nothing that is not loaded, decided, parked or held.
 */
class LaneSimulationTest {
  private static final Duration PARK_AFTER = Duration.ofMinutes(10);

  static LongStream seeds() {
    return LongStream.range(0, 3_000);
  }

  /** Two plans, restarts, parking; each attempt's records in order, some sent twice. */
  @ParameterizedTest
  @MethodSource("seeds")
  void attemptsInOrderWithRestarts(long seed) {
    var random = new Random(seed);
    new Simulation(random, log(random, 2, /* inOrder= */ true), /* troubled= */ true).run();
  }

  /** One plan, a lane that stays: records come in any order at all. */
  @ParameterizedTest
  @MethodSource("seeds")
  void attemptsInAnyOrder(long seed) {
    var random = new Random(seed);
    new Simulation(random, log(random, 1, /* inOrder= */ false), /* troubled= */ false).run();
  }

  private record Sent(SentAttempt attempt, int sequence, boolean garbled) {}

  private static List<Sent> log(Random random, int plans, boolean inOrder) {
    var attempts = new ArrayList<List<Sent>>();
    for (int plan = 1; plan <= plans; plan++) {
      for (int partition = 0; partition < 3; partition++) {
        Unit unit = SentAttempt.unit(plan, "part-" + partition);
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
          var attempt = SentAttempt.of(unit, "n" + plan + partition + i, random.nextInt(5));
          attempts.add(records(random, attempt, inOrder));
        }
      }
    }
    var turns = new ArrayList<java.util.Iterator<Sent>>();
    attempts.forEach(a -> turns.addAll(Collections.nCopies(a.size(), a.iterator())));
    Collections.shuffle(turns, random);
    return new ArrayList<>(turns.stream().map(java.util.Iterator::next).toList());
  }

  private static List<Sent> records(Random random, SentAttempt attempt, boolean inOrder) {
    boolean garbled = random.nextInt(6) == 0;
    var records = new ArrayList<Sent>();
    for (int sequence = 0; sequence <= attempt.batches(); sequence++) {
      records.add(new Sent(attempt, sequence, garbled));
    }
    if (random.nextInt(3) == 0) {
      records.remove(random.nextInt(records.size()));
    }
    if (!records.isEmpty() && random.nextInt(3) == 0) {
      Sent twice = records.get(random.nextInt(records.size()));
      records.add(records.indexOf(twice) + random.nextInt(records.size()) % 2, twice);
    }
    if (!inOrder) {
      Collections.shuffle(records, random);
    }
    return records;
  }

  /** The world around the lane. */
  private static final class Simulation {
    private final Random random;
    private final List<Sent> log;
    private final boolean troubled;
    private final List<LaneRecord> records = new ArrayList<>();
    private final List<Runnable> pending = new ArrayList<>();
    private final Map<Unit, String> markers = new LinkedHashMap<>();
    private final Set<PlannedRun> open = new HashSet<>();
    private final Map<Unit, Integer> loads = new HashMap<>();
    private LaneWorker lane = new LaneWorker(PARK_AFTER);
    private Map<AttemptKey, Set<Integer>> kept = new HashMap<>();
    private int incarnation;
    private long next;
    private long committed;
    private long now = 1_795_000_000_000L;

    private Simulation(Random random, List<Sent> log, boolean troubled) {
      this.random = random;
      this.log = log;
      this.troubled = troubled;
    }

    private void run() {
      while (next < log.size() || !pending.isEmpty()) {
        step();
        commit();
      }
      // Time goes on: what cannot become whole is parked, what has ended is read once more.
      var clock = SentAttempt.of(SentAttempt.unit(0, "clock"), "clock", 1);
      now += PARK_AFTER.multipliedBy(3).toMillis();
      log.add(new Sent(clock, 0, false));
      log.add(new Sent(clock, 1, false));
      while (next < log.size() || !pending.isEmpty()) {
        step();
        commit();
      }
      assertAllLoaded();
      assertThat(lane.commitOffset()).hasValue(log.size());
      assertThat(kept).isEmpty();
    }

    private void step() {
      int dice = random.nextInt(100);
      if (troubled && dice < 2) {
        restart();
      } else if (troubled && dice < 5 && !lane.collecting().isEmpty()) {
        List<Unit> units = lane.collecting();
        perform(lane.park(units.get(random.nextInt(units.size())), "full"), null);
      } else if (troubled && dice < 8) {
        now += PARK_AFTER.toMillis() / (1 + random.nextInt(5));
      } else if (!pending.isEmpty() && (dice < 40 || next == log.size())) {
        pending.remove(random.nextInt(pending.size())).run();
      } else if (next < log.size()) {
        read();
      }
    }

    /** The process dies, or the lane moves; what writers have begun may still be done. */
    private void restart() {
      incarnation++;
      lane = new LaneWorker(PARK_AFTER);
      kept = new HashMap<>();
      next = committed;
      pending.removeIf(work -> random.nextBoolean());
    }

    private void read() {
      Sent sent = log.get((int) next);
      LaneRecord record = sent.attempt().at(next, now, sent.sequence());
      if (records.size() == next) {
        records.add(record);
      }
      next++;
      perform(lane.record(record), record);
    }

    private void perform(List<LaneAction> actions, LaneRecord record) {
      for (LaneAction action : actions) {
        if (action instanceof LaneAction.LookUp lookUp) {
          later(() -> answer(lookUp.unit()));
        } else if (action instanceof LaneAction.Keep keep) {
          assertThat(keep.attempt()).isEqualTo(AttemptKey.of(record.header().reading()));
          assertThat(kept.computeIfAbsent(keep.attempt(), key -> new TreeSet<>()).add(keep.sequence()))
              .isTrue();
        } else if (action instanceof LaneAction.Discard discard) {
          kept.remove(discard.attempt());
        } else if (action instanceof LaneAction.Load load) {
          Set<Integer> sequences = kept.remove(load.end().key());
          assertThat(sequences).isEqualTo(upTo(load.end().batches()));
          loads.merge(load.end().reading().unit(), 1, Integer::sum);
          later(() -> load(load.end()));
        } else if (action instanceof LaneAction.Reread reread) {
          later(() -> reread(reread.end()));
        }
      }
    }

    private void later(Runnable work) {
      int asker = incarnation;
      pending.add(
          () -> {
            if (asker == incarnation || random.nextBoolean()) {
              work.run();
            }
          });
    }

    private void answer(Unit unit) {
      if (markers.containsKey(unit)) {
        perform(lane.answer(unit, new Known.Loaded()), null);
      } else {
        open.add(unit.plannedRun());
        perform(lane.answer(unit, new Known.Open()), null);
      }
    }

    private void load(AttemptEnd end) {
      Unit unit = end.reading().unit();
      if (isGarbled(end.key())) {
        perform(lane.failed(unit, "garbled"), null);
        return;
      }
      assertThat(open).contains(unit.plannedRun());
      String before = markers.putIfAbsent(unit, end.key().nonce());
      if (!troubled && before != null) {
        fail("%s was loaded twice", unit);
      }
      perform(lane.loaded(unit), null);
    }

    private void reread(AttemptEnd end) {
      if (sequencesBefore(end.key(), end.offset()).equals(upTo(end.batches() - 1))) {
        load(end);
      } else {
        perform(lane.failed(end.reading().unit(), "a gap"), null);
      }
    }

    private Set<Integer> sequencesBefore(AttemptKey key, long offset) {
      var found = new TreeSet<Integer>();
      for (LaneRecord record : records.subList(0, (int) offset)) {
        if (AttemptKey.of(record.header().reading()).equals(key)) {
          found.add(record.header().sequence());
        }
      }
      return found;
    }

    private static Set<Integer> upTo(int last) {
      var all = new TreeSet<Integer>();
      for (int i = 0; i <= last; i++) {
        all.add(i);
      }
      return all;
    }

    private boolean isGarbled(AttemptKey key) {
      return log.stream().anyMatch(sent -> sent.garbled() && sent.attempt().key().equals(key));
    }

    private void commit() {
      long offset = lane.commitOffset().orElse(committed);
      assertThat(offset).isLessThanOrEqualTo(next);
      for (long passed = committed; passed < offset; passed++) {
        Unit unit = log.get((int) passed).attempt().reading().unit();
        assertThat(open).contains(unit.plannedRun());
        assertThat(
                markers.containsKey(unit)
                    || lane.parked().containsKey(unit)
                    || lane.held().containsKey(unit)
                    || firstLiveRecord(unit) >= offset)
            .as("offset %d passes %s", offset, unit)
            .isTrue();
      }
      committed = Math.max(committed, offset);
    }

    /** A unit that was parked and has come back is live from the record on that brought it back. */
    private long firstLiveRecord(Unit unit) {
      long last = -1;
      for (int i = 0; i < next; i++) {
        if (log.get(i).attempt().reading().unit().equals(unit)) {
          last = i;
        }
      }
      return last;
    }

    private void assertAllLoaded() {
      Map<AttemptKey, Set<Integer>> sent = new LinkedHashMap<>();
      for (Sent record : log) {
        sent.computeIfAbsent(record.attempt().key(), key -> new TreeSet<>()).add(record.sequence());
      }
      for (Sent record : log) {
        SentAttempt attempt = record.attempt();
        if (!record.garbled() && sent.get(attempt.key()).equals(upTo(attempt.batches()))) {
          assertThat(markers).containsKey(attempt.reading().unit());
        }
      }
      markers.forEach(
          (unit, nonce) -> {
            var key = new AttemptKey(unit, nonce);
            assertThat(isGarbled(key)).isFalse();
            SentAttempt winner =
                log.stream().map(Sent::attempt).filter(a -> a.key().equals(key)).findAny().orElseThrow();
            assertThat(sent.get(key)).isEqualTo(upTo(winner.batches()));
          });
    }
  }
}
