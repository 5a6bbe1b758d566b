package io.millrace.connect.postgres.plan;

import java.sql.SQLException;

/** What a planner asks of a table. */
public interface TableStatistics {
  /** Where the values of a column lie. */
  Distribution distribution(SplitColumn column) throws SQLException;

  /** The number of blocks in its largest file. */
  long blocks() throws SQLException;
}
