package io.millrace.sinks.parquet;

/**
 * What a finished file holds.
 *
 * @param rows rows of all row groups
 * @param bytes length of the file
 * @param rowGroups row groups, none for a file without rows
 */
public record ParquetSummary(long rows, long bytes, int rowGroups) {}
