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
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A lane among a log, a ledger and writers that answer when they like. Whatever the order, each
 * unit with a whole attempt is loaded once with exactly that attempt's records, one whose attempts
 * were all given up is held, and the offset passes nothing that is not loaded, decided, parked or
 * held.
 */
class LaneSimulationTest {
  private static final Duration PARK_AFTER = Duration.ofMinutes(10);
  private static final long START = 1_795_000_000_000L;

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  /** Each attempt's records in order, some of them sent twice, to lanes that come and go. */
  @ParameterizedTest
  @MethodSource("seeds")
  void attemptsInOrderWithRestarts(long seed) {
    var random = new Random(seed);
    new Simulation(random, log(random, /* inOrder= */ true), /* restarts= */ true).run();
  }

  /** Records in any order at all, to a lane that stays. */
  @ParameterizedTest
  @MethodSource("seeds")
  void attemptsInAnyOrder(long seed) {
    var random = new Random(seed);
    new Simulation(random, log(random, /* inOrder= */ false), /* restarts= */ false).run();
  }

  private record Sent(SentAttempt attempt, int sequence, long timestamp, boolean garbled) {
    boolean isFailure() {
      return attempt.fails() && sequence == attempt.batches();
    }
  }

  private static List<Sent> log(Random random, boolean inOrder) {
    var attempts = new ArrayList<List<Sent>>();
    for (int plan = 1; plan <= 2; plan++) {
      for (int partition = 0; partition < 3; partition++) {
        Unit unit = SentAttempt.unit(plan, "part-" + partition);
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
          var attempt =
              SentAttempt.of(unit, "n" + plan + partition + i, random.nextInt(5))
                  .begun(random.nextInt(3));
          boolean fails = random.nextInt(4) == 0;
          attempts.add(records(random, fails ? attempt.failing() : attempt, inOrder));
        }
      }
    }
    var turns = new ArrayList<Iterator<Sent>>();
    attempts.forEach(a -> turns.addAll(Collections.nCopies(a.size(), a.iterator())));
    Collections.shuffle(turns, random);
    var log = new ArrayList<Sent>();
    long now = START;
    for (var turn : turns) {
      Sent sent = turn.next();
      now += inOrder && random.nextInt(20) == 0 ? PARK_AFTER.toMillis() / 2 : 1;
      log.add(new Sent(sent.attempt(), sent.sequence(), now, sent.garbled()));
    }
    return log;
  }

  private static List<Sent> records(Random random, SentAttempt attempt, boolean inOrder) {
    boolean garbled = random.nextInt(6) == 0;
    var records = new ArrayList<Sent>();
    for (int sequence = 0; sequence <= attempt.batches(); sequence++) {
      records.add(new Sent(attempt, sequence, 0, garbled));
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
    private final boolean restarts;
    private final List<LaneRecord> records = new ArrayList<>();
    private final List<Runnable> pending = new ArrayList<>();
    private final Map<Unit, String> markers = new LinkedHashMap<>();
    private final Set<PlannedRun> open = new HashSet<>();
    private LaneWorker lane = new LaneWorker(PARK_AFTER);
    private Map<AttemptKey, Set<Integer>> kept = new HashMap<>();
    private long next;
    private long committed;
    private long now;

    private Simulation(Random random, List<Sent> log, boolean restarts) {
      this.random = random;
      this.log = log;
      this.restarts = restarts;
      this.now = log.get(log.size() - 1).timestamp();
    }

    private void run() {
      drain();
      // Time goes on: what cannot become whole is parked, what has ended is read once more.
      for (int tick = 0; tick < 4; tick++) {
        now += PARK_AFTER.multipliedBy(2).toMillis();
        var clock = SentAttempt.of(SentAttempt.unit(0, "tick-" + tick), "clock", 0);
        log.add(new Sent(clock, 0, now, false));
        drain();
      }
      assertAllLoaded();
      if (!restarts) {
        assertGivenUpHeld();
      }
      assertThat(committed).isEqualTo(log.size());
      assertThat(kept).isEmpty();
    }

    private void drain() {
      while (next < log.size() || !pending.isEmpty()) {
        step();
        commit();
      }
    }

    private void step() {
      int dice = random.nextInt(100);
      if (restarts && dice < 2) {
        restart();
      } else if (dice < 5 && !lane.collecting().isEmpty()) {
        List<Unit> units = lane.collecting();
        perform(lane.park(units.get(random.nextInt(units.size())), "full"), null);
      } else if (!pending.isEmpty() && (dice < 40 || next == log.size())) {
        pending.remove(random.nextInt(pending.size())).run();
      } else if (next < log.size()) {
        read();
      }
    }

    /** The process dies, or the lane moves; what writers have begun may still be done. */
    private void restart() {
      lane = new LaneWorker(PARK_AFTER);
      kept = new HashMap<>();
      next = committed;
      pending.removeIf(work -> random.nextBoolean());
    }

    private void read() {
      Sent sent = log.get((int) next);
      LaneRecord record = sent.attempt().at(next, sent.timestamp(), sent.sequence());
      if (records.size() == next) {
        records.add(record);
      }
      next++;
      perform(lane.record(record), record);
    }

    private void perform(List<LaneAction> actions, LaneRecord record) {
      LaneWorker asker = lane;
      for (LaneAction action : actions) {
        if (action instanceof LaneAction.LookUp lookUp) {
          later(() -> answer(asker, lookUp.unit()));
        } else if (action instanceof LaneAction.Keep keep) {
          assertThat(keep.attempt()).isEqualTo(AttemptKey.of(record.header().reading()));
          assertThat(
                  kept.computeIfAbsent(keep.attempt(), key -> new TreeSet<>()).add(keep.sequence()))
              .isTrue();
        } else if (action instanceof LaneAction.Discard discard) {
          kept.remove(discard.attempt());
        } else if (action instanceof LaneAction.Load load) {
          Set<Integer> sequences = kept.remove(load.end().key());
          assertThat(sequences).isEqualTo(upTo(load.end().batches()));
          later(() -> load(asker, load.end()));
        } else if (action instanceof LaneAction.Reread reread) {
          later(() -> reread(asker, reread));
        }
      }
    }

    /** Work that outlives its lane has its effect on the ledger, but tells nobody. */
    private void later(Supplier<List<LaneAction>> work) {
      LaneWorker asker = lane;
      pending.add(
          () -> {
            List<LaneAction> actions = work.get();
            if (asker == lane) {
              perform(actions, null);
            } else {
              assertThat(actions).noneMatch(LaneAction.Keep.class::isInstance);
            }
          });
    }

    private List<LaneAction> answer(LaneWorker asker, Unit unit) {
      if (markers.containsKey(unit)) {
        return asker.answer(unit, new Known.Loaded());
      }
      open.add(unit.plannedRun());
      return asker.answer(unit, new Known.Open());
    }

    private List<LaneAction> load(LaneWorker asker, AttemptEnd end) {
      Unit unit = end.reading().unit();
      if (isGarbled(end.key())) {
        return asker.failed(unit, "garbled");
      }
      assertThat(open).contains(unit.plannedRun());
      String before = markers.putIfAbsent(unit, end.key().nonce());
      if (!restarts && before != null) {
        fail("%s was loaded twice", unit);
      }
      return asker.loaded(unit);
    }

    private List<LaneAction> reread(LaneWorker asker, LaneAction.Reread reread) {
      AttemptEnd end = reread.end();
      if (sequencesThrough(end.key(), reread.through()).equals(upTo(end.batches()))) {
        return load(asker, end);
      }
      return asker.failed(end.reading().unit(), "a gap");
    }

    private Set<Integer> sequencesThrough(AttemptKey key, long offset) {
      var found = new TreeSet<Integer>();
      for (LaneRecord record : records.subList(0, (int) offset + 1)) {
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
        if (!record.garbled()
            && !attempt.fails()
            && sent.get(attempt.key()).equals(upTo(attempt.batches()))) {
          assertThat(markers).containsKey(attempt.reading().unit());
        }
      }
      markers.forEach(
          (unit, nonce) -> {
            var key = new AttemptKey(unit, nonce);
            assertThat(isGarbled(key)).isFalse();
            SentAttempt winner =
                log.stream()
                    .map(Sent::attempt)
                    .filter(a -> a.key().equals(key))
                    .findAny()
                    .orElseThrow();
            assertThat(winner.fails()).isFalse();
            assertThat(sent.get(key)).isEqualTo(upTo(winner.batches()));
          });
    }

    /** A lane that stays knows each unit that no attempt but failed ones were sent of. */
    private void assertGivenUpHeld() {
      log.stream()
          .filter(Sent::isFailure)
          .map(sent -> sent.attempt().reading().unit())
          .filter(unit -> attempts(unit).allMatch(SentAttempt::fails))
          .forEach(
              unit ->
                  assertThat(lane.held())
                      .containsEntry(unit, "the source gave it up: " + SentAttempt.FAILURE));
    }

    private Stream<SentAttempt> attempts(Unit unit) {
      return log.stream().map(Sent::attempt).filter(sent -> sent.reading().unit().equals(unit));
    }
  }
}
