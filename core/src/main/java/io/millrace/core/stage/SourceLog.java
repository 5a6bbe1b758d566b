package io.millrace.core.stage;

/**
 * What a source keeps of its log for a pipeline that reads its changes.
 *
 * @param name what it is called there, such as a replication slot
 * @param behindBytes how much the source keeps
 * @param state the source's own word for how it fares
 * @param read whether somebody reads it now
 * @param safeBytesOrNull how much more may be written before something unread is lost; null if
 *     there is no limit
 * @param warning what somebody should do about it; empty if nothing
 */
public record SourceLog(
    String name,
    long behindBytes,
    String state,
    boolean read,
    Long safeBytesOrNull,
    String warning) {}
