package io.millrace.connect.postgres.slot;

/**
 * What the server says of a replication slot.
 *
 * @param plugin the output plugin; empty for a physical slot
 * @param database whose changes it has; empty for a physical slot
 * @param temporary whether it goes with its session
 * @param activePid the process that reads from it; 0 if none does
 * @param confirmed up to where it was confirmed: nothing before is sent again; 0 if unknown
 * @param wal what became of the log that it needs
 * @param synced whether it was copied from a primary
 */
public record SlotState(
    String plugin,
    String database,
    boolean temporary,
    int activePid,
    long confirmed,
    Wal wal,
    boolean synced) {
  /**
   * The log that a slot holds.
   *
   * @param behind how many bytes the server keeps for it; 0 if it keeps none
   * @param status {@code reserved}, {@code extended}, {@code unreserved} or {@code lost}
   * @param safeBytesOrNull how many bytes more may be written before it is lost; null if there is
   *     no limit
   * @param invalidation why the server has given it up; empty if it has not
   */
  public record Wal(long behind, String status, Long safeBytesOrNull, String invalidation) {
    /** Whether something that was not read is gone. */
    public boolean isLost() {
      return status.equals("lost") || !invalidation.isEmpty();
    }
  }
}
