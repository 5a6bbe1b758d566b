package io.millrace.connect.postgres.slot;

import io.millrace.core.PlanId;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import java.util.List;

/**
 * What the generations of all streams of a slot have in common.
 *
 * @param id when the slot was made, by the source's clock
 * @param system the source's system identifier
 * @param slot the slot's name
 * @param buckets how many buckets a table with a key has
 */
public record SlotGeneration(PlanId id, String system, String slot, int buckets) {
  /** That of a stream with this key. */
  public Generation of(List<String> key) {
    return new Generation(id, system, slot, key.isEmpty() ? 1 : buckets, key, KeyHash.NAME);
  }
}
