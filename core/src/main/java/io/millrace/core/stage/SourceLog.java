package io.millrace.core.stage;

import java.util.OptionalLong;

/**
 * What a source keeps of its log for a pipeline that reads its changes.
 *
 * @param name what it is called there, such as a replication slot
 * @param behindBytes how much the source keeps
 * @param state the source's own word for how it fares
 * @param read whether somebody reads it now
 * @param safeBytes how much more may be written before something unread is lost; nothing if there
 *     is no limit
 * @param warning what somebody should do about it; empty if nothing
 */
public record SourceLog(
    String name,
    long behindBytes,
    String state,
    boolean read,
    OptionalLong safeBytes,
    String warning) {}
