package io.millrace.connect.postgres.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Queries with few rows. */
public record Session(Connection connection) {
  /** Makes something of the current row. */
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** The server's major version. */
  public int version() throws SQLException {
    return connection.getMetaData().getDatabaseMajorVersion();
  }

  /** The first row's. */
  public <T> T one(String sql, RowReader<T> reader, Object... parameters) throws SQLException {
    return list(sql, reader, parameters).get(0);
  }

  /** Each row's. */
  public <T> List<T> list(String sql, RowReader<T> reader, Object... parameters)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setObject(i + 1, parameters[i]);
      }
      try (ResultSet rows = statement.executeQuery()) {
        var list = new ArrayList<T>();
        while (rows.next()) {
          list.add(reader.read(rows));
        }
        return list;
      }
    }
  }
}
