/**
 * What a target remembers of its loads: unit markers, run heads, open plans. It is the truth;
 * Kafka's group offset only says where to go on reading.
 *
 * <p>{@link io.millrace.core.ledger.Ledger} is the protocol of DESIGN.md section 4 as verbs; the
 * sinks implement it on their stores with one primitive, create if absent. Rule: a name once
 * created never changes its content.
 */
package io.millrace.core.ledger;
