package io.millrace.sinks.ledger;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.stage.SinkContext;
import io.millrace.sinks.store.ObjectStore;

/**
 * Whose a ledger is: one sink's of one pipeline and one cluster, and of one layout of runs, since
 * another would give the same rows new names.
 */
final class Ownership {
  private static final String WAY_OUT =
      "give the sink another path or name, or move the data and _millrace in that path away to load"
          + " it anew";

  private final ObjectStore store;
  private final String key;
  private final SinkContext context;

  private Ownership(ObjectStore store, String key, SinkContext context) {
    this.store = store;
    this.key = key;
    this.context = context;
  }

  static Ownership of(ObjectStore store, LedgerKeys keys, SinkContext context) {
    return new Ownership(store, keys.identity(), context);
  }

  /** Takes a ledger that nobody has; without a cluster, only what is there of any. */
  void claim() {
    if (context.cluster().isEmpty()) {
      requireNamed(
          store
              .read(key)
              .orElseThrow(() -> refused("it has no ledger, and no Kafka cluster is known")));
      return;
    }
    byte[] ours = LedgerJson.write(Document.Identity.of(context));
    requireCluster(requireNamed(store.claim(key, ours)));
  }

  /** Says whether {@link #claim} would succeed; where the context has no cluster, from any. */
  void check() {
    if (context.cluster().isEmpty()) {
      checkFromAnyCluster();
    } else {
      store.read(key).ifPresent(json -> requireCluster(requireNamed(json)));
    }
  }

  void checkFromAnyCluster() {
    store.read(key).ifPresent(this::requireNamed);
  }

  private Document.Identity requireNamed(byte[] json) {
    var identity = LedgerJson.read(Document.Identity.class, json, store.location(key));
    requireSame("pipeline", identity.pipeline(), context.pipeline());
    requireSame("sink", identity.sink(), context.sink());
    if (!identity.layout().equals(context.layout())) {
      throw refused(
          "its runs are \"%s\", and run: in the pipeline's file says \"%s\", which would give the same rows new names; write run: as it was, %s"
              .formatted(identity.layout(), context.layout(), WAY_OUT));
    }
    return identity;
  }

  private void requireCluster(Document.Identity identity) {
    requireSame("Kafka cluster", identity.cluster(), context.cluster());
  }

  private void requireSame(String what, String theirs, String ours) {
    if (!theirs.equals(ours)) {
      throw refused(
          "it belongs to %s \"%s\", and this is \"%s\"; %s".formatted(what, theirs, ours, WAY_OUT));
    }
  }

  private MillraceException refused(String why) {
    return MillraceException.lasting(
        Category.TARGET, "Cannot use the ledger %s: %s".formatted(store.location(key), why));
  }
}
