package io.millrace.runtime.lane;

import static io.millrace.runtime.lane.OpenUnit.State.ASKED;
import static io.millrace.runtime.lane.OpenUnit.State.COLLECTING;
import static io.millrace.runtime.lane.OpenUnit.State.HELD;
import static io.millrace.runtime.lane.OpenUnit.State.LOADING;
import static io.millrace.runtime.lane.OpenUnit.State.PARKED;

import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.Unit;
import io.millrace.core.wire.BatchHeader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides what happens to the records of one TopicPartition: which attempts are kept, which one of
 * them is loaded, and how far the group's offset may go.
 *
 * <p>A unit is <em>live</em> from its first record on, while it is ASKED, COLLECTING, LOADING or
 * REREADING: the offset does not pass its first record. Units that are parked or held are not live.
 * This is all that can happen to a unit:
 *
 * <pre>
 * state       input                                  next        actions
 * ----------  -------------------------------------  ----------  -------------------------------
 * (none)      first record                           ASKED       LookUp, Keep
 * ASKED       record                                 ASKED       Keep
 *             answer: loaded, or decided by a head   (closed)    Discard all
 *             answer: open                           COLLECTING  none; goes on by the rows below
 *             an attempt proves useless              ASKED       Discard it
 * COLLECTING  record                                 COLLECTING  Keep
 *             an attempt is complete                 LOADING     Discard others, Load
 *             an attempt proves useless              COLLECTING  Discard it (if its end belies
 *                                                                it: DeadLetter the end)
 *               and no other attempt is open         HELD        Discard it, Hold
 *             end of an attempt begun before the
 *               lane did                             REREADING   Discard all, Reread
 *             later plan of the run, park_after of
 *               log time without a batch, or park()  PARKED      Discard all, Park
 *               and an attempt has proved useless    HELD        Discard all, Hold
 *               and an attempt's end was seen        REREADING   Discard all, Reread
 * LOADING,    record                                 same        Drop
 * REREADING   loaded                                 (closed)    none
 *             failed, another attempt ended          REREADING   Reread that one
 *             failed, no other attempt ended         HELD        Hold
 * PARKED,     data                                   same        Drop
 * HELD        an attempt proves useless              HELD        Discard it, Hold
 *             end of an attempt, or any record of
 *               one after its end                    REREADING   Reread
 *             sequence 0 of a new attempt, no
 *               later plan of the run seen           COLLECTING  Keep
 * any but     head of the run at or above its plan   (closed)    Discard all
 * the busy
 * (closed)    record                                 (closed)    Drop
 * </pre>
 *
 * <p>An attempt is complete when its end (sequence n) and data sequences 0..n-1 were seen, in any
 * order. It proves useless if its counts disagree then, if the source says that it gave it up
 * before its end, or if one of its records cannot be used. Duplicates are dropped, and so is every
 * record of an attempt that proved useless. An attempt whose records are not all kept is read again
 * when it ends, and, should that find a gap, at every record of it after its end. Once an attempt
 * is given up nobody waits for those begun before it, whose readers have most likely died.
 */
public final class LaneWorker {
  private static final int REMEMBERED_RUNS = 1_000;

  private static final String LOADED = "its unit is loaded";
  private static final String DECIDED = "the run's head names its plan or a later one";

  private final RunMemory runs = new RunMemory(REMEMBERED_RUNS);
  private final LaneUnits units = new LaneUnits();
  private final QuietUnits quiet;
  private final String quietReason;
  private final List<LaneAction> actions = new ArrayList<>();
  private long next = -1;

  /**
   * A lane that has seen nothing yet.
   *
   * @param parkAfter how much log time may pass without a batch of a unit before it is parked
   */
  public LaneWorker(Duration parkAfter) {
    this.quiet = new QuietUnits(parkAfter, units);
    this.quietReason = "no batch of it for %s of log time".formatted(parkAfter);
  }

  /** The next record of the log. */
  public List<LaneAction> record(LaneRecord record) {
    OpenUnit unit = advance(record);
    if (unit != null && record.header() instanceof BatchHeader.PartitionFailed failed) {
      giveUp(unit, record, "the source gave it up: " + failed.reason());
    } else if (unit != null) {
      accept(unit, record);
    }
    quiet.each(quietUnit -> park(quietUnit, quietReason));
    return takeActions();
  }

  /** The next record of the log, whose header can be read and whose value cannot. */
  public List<LaneAction> refuse(LaneRecord record, String reason) {
    OpenUnit unit = advance(record);
    if (unit != null) {
      giveUp(unit, record, reason);
    }
    return takeActions();
  }

  /** The log was read up to here, be there records of ours or not. */
  public void passed(long nextOffset) {
    next = Math.max(next, nextOffset);
  }

  /** The ledger's answer to a LookUp. */
  public List<LaneAction> answer(Unit id, Known known) {
    OpenUnit unit = units.find(id);
    if (unit != null && unit.state == ASKED) {
      RunMemory.Run run = runs.of(id.run());
      if (known instanceof Known.Loaded) {
        run.loaded(id);
        close(unit, LOADED);
      } else if (known instanceof Known.Decided decided) {
        decide(id.run(), decided.head());
      } else {
        unit.state = COLLECTING;
        if (unit.winner == null && run.isOutdated(id.plan())) {
          park(unit, run.laterPlan());
        } else {
          goOn(unit);
        }
      }
    }
    return takeActions();
  }

  /** The unit's marker stands, made by us or by another. */
  public List<LaneAction> loaded(Unit id) {
    runs.of(id.run()).loaded(id);
    OpenUnit unit = units.find(id);
    if (unit != null) {
      close(unit, LOADED);
    }
    return takeActions();
  }

  /** The attempt that was to be loaded or read again cannot be, for a reason that will not pass. */
  public List<LaneAction> failed(Unit id, String reason) {
    OpenUnit unit = units.find(id);
    if (unit != null && unit.isBusy()) {
      if (unit.state == LOADING) {
        unit.bury(unit.busyWith);
      }
      unit.failed = true;
      unit.reason = reason;
      unit.state = COLLECTING;
      if (runs.of(id.run()).isDecided(id.plan())) {
        close(unit, DECIDED);
      } else {
        goOn(unit);
      }
    }
    return takeActions();
  }

  /** The head of a run names this plan: nothing at or below it is to be loaded any more. */
  public List<LaneAction> decided(RunId run, PlanId head) {
    decide(run, head);
    return takeActions();
  }

  /** Gives up what was kept of a unit that is being collected; does nothing in another state. */
  public List<LaneAction> park(Unit id, String reason) {
    OpenUnit unit = units.find(id);
    if (unit != null && unit.state == COLLECTING) {
      park(unit, reason);
    }
    return takeActions();
  }

  /** What may be committed: everything before it is loaded, parked or held. Empty: nothing read. */
  public OptionalLong commitOffset() {
    return next < 0 ? OptionalLong.empty() : OptionalLong.of(units.first().orElse(next));
  }

  /** The units that {@link #park} would park, oldest first. */
  public List<Unit> collecting() {
    return units.live(COLLECTING);
  }

  /** The parked units, each with the reason. */
  public Map<Unit, String> parked() {
    return units.waiting(PARKED);
  }

  /** The held units, each with the reason. */
  public Map<Unit, String> held() {
    return units.waiting(HELD);
  }

  private List<LaneAction> takeActions() {
    List<LaneAction> taken = List.copyOf(actions);
    actions.clear();
    return taken;
  }

  /** The record's unit, a new one if it is the first of it; null if the unit is closed. */
  private OpenUnit advance(LaneRecord record) {
    passed(record.offset() + 1);
    quiet.pass(record.timestamp());
    Unit id = record.header().reading().unit();
    RunMemory.Run run = runs.of(id.run());
    if (run.isDecided(id.plan()) || run.isLoaded(id)) {
      drop(record, run.isLoaded(id) ? LOADED : DECIDED);
      return null;
    }
    if (run.see(id.plan())) {
      units.each(
          unit -> unit.state == COLLECTING && unit.id().run().equals(id.run()),
          unit -> park(unit, run.laterPlan()));
    }
    OpenUnit unit = units.find(id);
    if (unit == null) {
      unit = new OpenUnit(id);
      quiet.seen(unit);
      units.live(unit, record.offset());
      actions.add(new LaneAction.LookUp(id, record.header().reading().planSize()));
    }
    return unit;
  }

  private void accept(OpenUnit unit, LaneRecord record) {
    String nonce = record.header().reading().attempt().nonce();
    boolean begins = unit.see(nonce) && record.header().sequence() == 0;
    if (unit.isDead(nonce)) {
      drop(record, "its attempt is of no use");
    } else if (unit.isBusy()) {
      drop(record, "its unit is being loaded");
      unit.rereadLater(record);
    } else if (unit.state == ASKED || unit.state == COLLECTING) {
      if (unit.rereadIfEnded(nonce)) {
        drop(record, "its attempt is read again from the log");
      } else {
        collect(unit, record);
      }
      if (unit.state == COLLECTING) {
        goOn(unit);
      }
    } else if (begins && mayRevive(unit, record)) {
      units.live(unit, record.offset());
      unit.state = COLLECTING;
      collect(unit, record);
      goOn(unit);
    } else {
      drop(record, "its unit is parked or held");
      if (unit.rereadLater(record)) {
        units.live(unit, record.offset());
        goOn(unit);
      }
    }
  }

  /** Attempts of outdated plans are not worth the memory, unless they take none. */
  private boolean mayRevive(OpenUnit unit, LaneRecord record) {
    return !runs.of(unit.id().run()).isOutdated(unit.id().plan())
        || record.header() instanceof BatchHeader.PartitionEnd;
  }

  /** The record makes its attempt useless, unless its like came before. */
  private void giveUp(OpenUnit unit, LaneRecord record, String reason) {
    AttemptKey key = AttemptKey.of(record.header().reading());
    if (unit.isDead(key.nonce()) || unit.isBusy() || !unit.attempt(record).add(record)) {
      drop(record, reason);
      return;
    }
    bury(unit, key, reason);
    if (unit.winner == null) {
      Instant began = record.header().reading().attempt().startedAt();
      discard(unit.takeAttempts(began), "a later attempt came to nothing");
    }
    if (unit.state != ASKED) {
      goOn(unit);
    }
  }

  private void collect(OpenUnit unit, LaneRecord record) {
    OpenAttempt attempt = unit.attempt(record);
    if (!attempt.add(record)) {
      drop(record, "a duplicate");
      return;
    }
    actions.add(new LaneAction.Keep(attempt.key(), record.header().sequence()));
    quiet.seen(unit);
    if (attempt.whole() && unit.winner == null) {
      attempt
          .disagreement()
          .ifPresentOrElse(
              reason -> {
                actions.add(
                    new LaneAction.DeadLetter(attempt.end().orElseThrow().offset(), reason));
                bury(unit, attempt.key(), reason);
              },
              () -> unit.winner = attempt);
    } else if (attempt.cutOff()) {
      attempt.end().ifPresent(unit::ended);
    }
  }

  /** What a unit does next that neither waits for the ledger nor for a writer. */
  private void goOn(OpenUnit unit) {
    if (unit.winner != null) {
      load(unit, unit.winner);
    } else if (!reread(unit) && !unit.hasAttempts()) {
      rest(unit, unit.reason);
    }
  }

  private void load(OpenUnit unit, OpenAttempt winner) {
    unit.handOver(winner);
    discard(unit.takeAttempts(), "another attempt was complete first");
    unit.state = LOADING;
    unit.busyWith = winner.key().nonce();
    actions.add(new LaneAction.Load(winner.end().orElseThrow()));
  }

  private boolean reread(OpenUnit unit) {
    Optional<AttemptEnd> end = unit.toReread();
    end.ifPresent(
        found -> {
          discard(unit.takeAttempts(), "its unit is read again from the log");
          unit.rereading(found);
          actions.add(new LaneAction.Reread(found, next - 1));
        });
    return end.isPresent();
  }

  private void discard(List<OpenAttempt> attempts, String reason) {
    for (OpenAttempt attempt : attempts) {
      actions.add(new LaneAction.Discard(attempt.key(), reason));
    }
  }

  private void bury(OpenUnit unit, AttemptKey key, String reason) {
    unit.bury(key.nonce());
    unit.reason = reason;
    actions.add(new LaneAction.Discard(key, reason));
  }

  private void park(OpenUnit unit, String reason) {
    discard(unit.takeAttempts(), reason);
    if (!reread(unit)) {
      rest(unit, unit.failed ? unit.reason : reason);
    }
  }

  private void rest(OpenUnit unit, String reason) {
    units.rest(unit);
    unit.reason = reason;
    if (unit.failed) {
      unit.state = HELD;
      actions.add(new LaneAction.Hold(unit.id(), reason));
    } else {
      unit.state = PARKED;
      actions.add(new LaneAction.Park(unit.id(), reason));
    }
  }

  private void close(OpenUnit unit, String reason) {
    units.close(unit);
    discard(unit.takeAttempts(), reason);
  }

  private void decide(RunId run, PlanId head) {
    runs.of(run).decide(head);
    units.each(
        unit ->
            unit.id().run().equals(run) && unit.id().plan().compareTo(head) <= 0 && !unit.isBusy(),
        unit -> close(unit, DECIDED));
  }

  private void drop(LaneRecord record, String reason) {
    actions.add(new LaneAction.Drop(AttemptKey.of(record.header().reading()), reason));
  }
}
