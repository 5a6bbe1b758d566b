package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.Unit;
import io.millrace.core.ledger.ChangeChains;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.HeldUnit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.Sink;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.SinkSpec;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "abandon",
    description = {
      "Decide that a unit shall not be loaded, so that its run goes on without the unit's rows; or"
          + " that changes the log has lost shall not be waited for, so that their bucket goes on"
          + " behind them.",
      "The decision stays in the sink's ledger; sinks that run go on by themselves. Prefer a"
          + " replay, a new plan or a new snapshot, which lose nothing."
    })
final class AbandonCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private PipelineArgument pipeline;

  @Parameters(
      index = "1",
      paramLabel = "UNIT",
      description =
          "The unit, as millrace status names it: stream, run, plan and partition. Or the changes:"
              + " bucket, and the positions between which they are missing.")
  private String unit;

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "Why, for whoever asks later.")
  private String reason;

  @Option(
      names = "--by",
      paramLabel = "NAME",
      defaultValue = "${sys:user.name}",
      description = "Who decides (${DEFAULT-VALUE}); noted of changes.")
  private String by;

  @Mixin private SinkOption sink;

  AbandonCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (reason.isBlank()) {
      throw MillraceException.configuration("--reason is empty: say why the unit is abandoned");
    }
    Pipeline read = pipeline.readButTheSource(surroundings);
    SinkSpec<?> chosen = sink.chosen(read);
    LedgerView ledger = Ledgers.look(surroundings, read, chosen);
    Optional<ChangeEntry> changes = findChanges(ledger);
    Optional<Abandoned> found = changes.isPresent() ? Optional.empty() : Optional.of(find(ledger));
    try (Sink target = chosen.open(Ledgers.context(surroundings, read, chosen))) {
      changes.ifPresent(gap -> abandon(target.ledger().chains(), gap));
      found.ifPresent(of -> abandon(target.ledger(), of));
    }
    return Main.DONE;
  }

  /** Only what halts a bucket now, position by position: whoever names it has seen it. */
  private Optional<ChangeEntry> findChanges(LedgerView ledger) {
    return ledger.streams().stream()
        .flatMap(stream -> ledger.chains().halted(stream).stream())
        .filter(gap -> gap.name().equals(unit))
        .findFirst();
  }

  private void abandon(ChangeChains chains, ChangeEntry gap) {
    var decision = new ChangeEntry.Decision(reason, by, surroundings.clock().instant());
    if (!chains.append(ChangeEntry.gap(gap.cut(), gap.reach(), gap.log(), decision))) {
      throw MillraceException.lasting(
          MillraceException.Category.TARGET,
          "Cannot abandon %s: it is filled, or abandoned already".formatted(unit));
    }
    surroundings
        .out()
        .printf("Abandoned %s; its bucket goes on behind %s%n", unit, gap.reach().last());
  }

  /** The unit in question. */
  private record Abandoned(OpenPlan plan, Unit unit) {}

  /** Only what is held: a name that no unit has would fill the place of one that has rows. */
  private Abandoned find(LedgerView ledger) {
    for (OpenPlan open : ledger.openPlans()) {
      for (HeldUnit held : ledger.held(open.plan())) {
        if (unit.equals(open.plan() + "/" + held.partition())) {
          return new Abandoned(open, open.plan().unit(held.partition()));
        }
      }
    }
    throw MillraceException.lasting(
        MillraceException.Category.TARGET,
        "Cannot abandon \"%s\": no such unit is held, and no such changes halt a bucket; millrace status names those that do"
            .formatted(unit));
  }

  private void abandon(Ledger ledger, Abandoned found) {
    var marker =
        UnitMarker.abandoned(
            found.unit,
            found.plan.size(),
            new Nonces(new SecureRandom()).next(),
            reason,
            surroundings.clock().instant());
    if (!ledger.mark(marker)) {
      boolean abandoned = ledger.marker(found.unit).filter(UnitMarker::isAbandoned).isPresent();
      throw MillraceException.lasting(
          MillraceException.Category.TARGET,
          "Cannot abandon %s: it is %s already"
              .formatted(found.unit, abandoned ? "abandoned" : "loaded"));
    }
    PlanState state = ledger.settle(found.plan);
    String then =
        state instanceof PlanState.Loading loading
            ? "%d of the plan's %d units are there".formatted(loading.marked(), loading.size())
            : "the plan is whole without it";
    surroundings.out().printf("Abandoned %s; %s%n", found.unit, then);
  }
}
