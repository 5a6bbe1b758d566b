/**
 * The ledger on an object store: markers, heads and open plans as small JSON documents, each
 * created once (only hints, and notes of what goes no further, are overwritten).
 *
 * <p>{@link io.millrace.sinks.ledger.StoreLedger} is the way in, {@code LedgerKeys} says where a
 * document lies, {@code LedgerJson} what it holds, {@code Step} what is due. Facts come in from the
 * store, one step goes out, then the facts are looked at again: any process can stop after any call
 * and any other go on. Rule: no decision rests on anything but documents that never change.
 */
package io.millrace.sinks.ledger;
