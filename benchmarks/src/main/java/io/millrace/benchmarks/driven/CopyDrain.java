package io.millrace.benchmarks.driven;

import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * The limit of every reader: pgjdbc's COPY BINARY, its bytes counted and thrown away. Usage: {@code
 * CopyDrain URL USER TABLE CONNECTIONS}; a pass's number is its bytes.
 */
public final class CopyDrain {
  private CopyDrain() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    int connections = Integer.parseInt(args[3]);
    Passes.serve(line -> drain(args[0], args[1], args[2], connections));
  }

  private static long drain(String url, String user, String table, int connections)
      throws Exception {
    List<String> shares;
    try (Connection connection = DriverManager.getConnection(url, user, "")) {
      shares = Passes.shares(connection, table, connections);
    }
    var parts = new ArrayList<Callable<Long>>();
    shares.forEach(share -> parts.add(() -> drain(url, user, table, share)));
    return Passes.together(parts);
  }

  private static long drain(String url, String user, String table, String share) throws Exception {
    try (Connection connection = DriverManager.getConnection(url, user, "")) {
      CopyOut copy =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyOut(
                  "COPY (SELECT * FROM %s WHERE %s) TO STDOUT (FORMAT binary)"
                      .formatted(table, share));
      long bytes = 0;
      for (byte[] message = copy.readFromCopy(); message != null; message = copy.readFromCopy()) {
        bytes += message.length;
      }
      return bytes;
    }
  }
}
