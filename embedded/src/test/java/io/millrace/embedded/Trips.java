package io.millrace.embedded;

import java.sql.Connection;
import java.sql.SQLException;

/** Questions about the sample table. */
final class Trips {
  private Trips() {}

  /** The rows as a multiset, over all columns. */
  static String hash(Connection connection) throws SQLException {
    return one(
        connection,
        "SELECT count(*) || ':' || sum(hashtextextended(t::text, 0)) FROM public.trips t");
  }

  /** The one value of a query, as text. */
  static String one(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var result = statement.executeQuery(query)) {
      result.next();
      return result.getString(1);
    }
  }
}
