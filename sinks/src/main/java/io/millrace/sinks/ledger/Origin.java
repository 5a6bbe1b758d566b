package io.millrace.sinks.ledger;

import io.millrace.core.PlanId;
import io.millrace.core.change.Generation;
import java.util.List;

/** A generation, as documents have it. */
record Origin(String id, String system, String slot, int buckets, List<String> key, String hash) {
  static Origin of(Generation generation) {
    return new Origin(
        generation.id().toString(),
        generation.system(),
        generation.slot(),
        generation.buckets(),
        generation.key(),
        generation.hash());
  }

  Generation generation() {
    return new Generation(PlanId.parse(id), system, slot, buckets, key, hash);
  }
}
