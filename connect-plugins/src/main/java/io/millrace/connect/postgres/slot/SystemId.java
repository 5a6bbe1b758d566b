package io.millrace.connect.postgres.slot;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Which cluster a server is.
 *
 * @param system its identifier, given by initdb and kept by all its standbys
 * @param timeline which history of it: a promoted standby begins another
 */
public record SystemId(String system, int timeline) {
  /** Asks in a session that can replicate. */
  public static SystemId of(Connection replication) throws SQLException {
    try (Statement statement = replication.createStatement();
        ResultSet row = statement.executeQuery("IDENTIFY_SYSTEM")) {
      row.next();
      return new SystemId(row.getString("systemid"), row.getInt("timeline"));
    }
  }
}
