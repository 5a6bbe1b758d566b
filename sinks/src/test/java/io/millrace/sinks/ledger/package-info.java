/**
 * The ledger under test: as sentences on a disk, with a crash at every effect, and in seeded
 * simulations of several processes.
 */
package io.millrace.sinks.ledger;
