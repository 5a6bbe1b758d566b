/**
 * The {@code parquet} sink: units as Parquet files in a lake, one file per unit that has rows.
 *
 * <p>{@link io.millrace.sinks.files.ParquetSinkType} is found by ServiceLoader and opens a {@link
 * io.millrace.sinks.files.ParquetSink}: batches come in through its sessions, staged files and
 * their final names go out; the ledger publishes them. With {@code output: mirror} it is a {@code
 * MirrorSink}, whose sessions keep rows as they came, for {@link io.millrace.sinks.mirror.build}.
 * {@link io.millrace.sinks.files.PathTemplate} says where. Rule: the bytes of a file follow from
 * its rows and the options alone; what differs from try to try is its name.
 */
package io.millrace.sinks.files;
