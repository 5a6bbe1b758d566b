package io.millrace.core.ledger;

/**
 * One file of a unit. Paths are the target's own, relative to its root, with {@code /}.
 *
 * @param staged where it lies until it is published
 * @param path its final place
 * @param rows rows in it
 * @param bytes its length
 * @param checksum CRC32C of its bytes, 8 hex digits
 */
public record StagedFile(String staged, String path, long rows, long bytes, String checksum) {}
