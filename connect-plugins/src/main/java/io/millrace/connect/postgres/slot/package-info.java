/**
 * What the server keeps for somebody who reads its log: a publication, a replication slot, and how
 * both are made, looked at and refused.
 *
 * <p>{@link io.millrace.connect.postgres.slot.ReplicationSlot} makes a slot and the {@link
 * io.millrace.connect.postgres.slot.SlotGeneration} that begins with it, {@link
 * io.millrace.connect.postgres.slot.Publication} says which tables are sent. Rule: a slot is made
 * once, and what is missing, lost or ahead is an error for people, never made anew in silence.
 */
package io.millrace.connect.postgres.slot;
