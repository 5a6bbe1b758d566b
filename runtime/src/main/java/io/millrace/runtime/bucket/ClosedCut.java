package io.millrace.runtime.bucket;

import io.millrace.core.change.Cut;
import io.millrace.core.ledger.ChangeEntry.Reach;
import java.util.List;

/**
 * A cut that is ready to be loaded.
 *
 * @param cut its name
 * @param reach which changes it covers; rows as its records announce them, some of which may lie at
 *     or before the position where the entry before it ends
 * @param batches its records with rows, which were kept from sequence 0 on
 * @param end its last record
 */
public record ClosedCut(Cut cut, Reach reach, List<ChangeRecord> batches, ChangeRecord end) {
  public ClosedCut {
    batches = List.copyOf(batches);
  }
}
