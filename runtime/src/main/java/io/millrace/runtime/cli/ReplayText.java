package io.millrace.runtime.cli;

import io.millrace.runtime.replay.ReplaySummary;
import io.millrace.runtime.replay.ReplaySummary.ReplayedChanges;
import io.millrace.runtime.replay.ReplaySummary.ReplayedRun;
import io.millrace.runtime.replay.ReplaySummary.State;
import java.io.PrintWriter;

/** What a replay has done, for people. */
final class ReplayText {
  private static final int A_FEW = 5;

  private final PrintWriter out;
  private final PrintWriter err;

  /** Results to {@code out}, what is missing to {@code err}. */
  ReplayText(PrintWriter out, PrintWriter err) {
    this.out = out;
    this.err = err;
  }

  void print(ReplaySummary summary) {
    for (ReplayedRun run : summary.runs()) {
      if (run.state() == State.SHORT) {
        printShort(run);
      } else {
        print(summary.sink(), run);
      }
    }
    summary.changes().forEach(changes -> print(summary.sink(), changes));
    out.printf(
        "%s: %,d units loaded, %,d were there%n",
        summary.sink(), summary.unitsLoaded(), summary.unitsSkipped());
    if (summary.runs().isEmpty() && summary.changes().isEmpty()) {
      err.printf(
          "%s: nothing was selected: the topics hold no such plan, or a later one has its run%n",
          summary.sink());
    }
  }

  private void print(String sink, ReplayedChanges changes) {
    out.printf(
        "%s -> %s: %,d changes in %,d cuts%n",
        changes.stream(), sink, changes.rows(), changes.cuts());
    changes
        .missing()
        .forEach(
            (name, reason) ->
                err.printf(
                    "%s is halted: %s. millrace abandon decides to do without%n", name, reason));
  }

  private void print(String sink, ReplayedRun run) {
    if (run.state() == State.SUPERSEDED) {
      out.printf(
          "%s -> %s: run %s, plan %s was overtaken by %s%n",
          run.stream(), sink, run.run(), run.plan(), run.laterPlan());
      return;
    }
    out.printf(
        "%s -> %s: run %s, %,d rows in %d partitions%s, plan %s%s%n",
        run.stream(),
        sink,
        run.run(),
        run.rows(),
        run.units(),
        run.abandoned() == 0 ? "" : ", %d of them given up".formatted(run.abandoned()),
        run.before() == null ? "" : run.before() + " -> ",
        run.plan());
  }

  private void printShort(ReplayedRun run) {
    err.printf(
        "Run %s of %s is short of %d of its %d partitions, so that %s:%n",
        run.run(),
        run.stream(),
        run.missing().size() + run.nameless(),
        run.units(),
        run.before() == null ? "readers see nothing of it" : "readers still see " + run.before());
    run.missing().entrySet().stream()
        .limit(A_FEW)
        .forEach(unit -> err.printf("  %s: %s%n", unit.getKey(), unit.getValue()));
    if (run.missing().size() > A_FEW) {
      err.printf("  and %,d more%n", run.missing().size() - A_FEW);
    }
    if (run.nameless() > 0) {
      err.printf("  %,d without a record in the log%n", run.nameless());
    }
    boolean nothing = run.missing().size() + run.nameless() == run.units();
    err.println(
        "Read the run again from its source (millrace run)"
            + (nothing ? "" : ", or publish it without them (--accept-gap)"));
  }
}
