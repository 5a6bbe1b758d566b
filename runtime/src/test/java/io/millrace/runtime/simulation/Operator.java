package io.millrace.runtime.simulation;

import io.millrace.core.Nonces;
import io.millrace.core.ledger.ChangeChains;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.ChangeEntry.Decision;
import io.millrace.core.stage.SinkContext;
import io.millrace.sinks.ledger.StoreLedger;
import io.millrace.sinks.store.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/** Decides to do without the changes that the log has lost, as {@code abandon} does. */
final class Operator {
  private final World world;
  private final ChangeChains chains;

  Operator(World world) {
    this.world = world;
    ObjectStore seen =
        new StoreDecorator(world.store()) {
          @Override
          public Creation createIfAbsent(String key, byte[] content) {
            Creation created = super.createIfAbsent(key, content);
            world.invariants().changed(key);
            return created;
          }
        };
    var context =
        new SinkContext(
            "sim",
            "lake",
            SinkContext.SNAPSHOT,
            "cluster",
            Path.of("."),
            new Nonces(new SplittableRandom(1)),
            world.clock());
    this.chains = StoreLedger.open(seen, context, Duration.ZERO).chains();
  }

  /** Does without all that halts a bucket now; says how much that was. */
  int decide() {
    List<ChangeEntry> halted = chains.halted(ChangeSource.FARES);
    for (ChangeEntry gap : halted) {
      var decision = new Decision("lost", "operator", world.clock().instant());
      if (chains.append(ChangeEntry.gap(gap.cut(), gap.reach(), gap.log(), decision))) {
        world.journal().note(Event.GAP_DECIDED, "%s", gap.name());
      }
    }
    return halted.size();
  }
}
