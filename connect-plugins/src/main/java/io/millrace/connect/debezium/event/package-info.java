/**
 * Debezium's events, and batches of them; nothing here runs a connector.
 *
 * <p>A {@link io.millrace.connect.debezium.event.ChangeEvent} is read from Connect's record, an
 * {@link io.millrace.connect.debezium.event.EventOrder} gives it its position, and {@link
 * io.millrace.connect.debezium.event.TableEvents} puts it into the batch of its key's bucket. Rule:
 * a position follows from what the event says of its place alone wherever the source has comparable
 * places.
 */
package io.millrace.connect.debezium.event;
