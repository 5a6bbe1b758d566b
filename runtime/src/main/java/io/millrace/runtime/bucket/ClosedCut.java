package io.millrace.runtime.bucket;

import io.millrace.core.change.Cut;
import io.millrace.core.ledger.ChangeEntry.Reach;

/**
 * A cut that is ready to be loaded.
 *
 * @param cut its name
 * @param reach which changes it covers; rows as its records announce them, some of which may lie at
 *     or before the position where the entry before it ends
 * @param batches how many records with rows were kept of it, from sequence 0
 * @param end its last record
 */
public record ClosedCut(Cut cut, Reach reach, int batches, ChangeRecord end) {}
