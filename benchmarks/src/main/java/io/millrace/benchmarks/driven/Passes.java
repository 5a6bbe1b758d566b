package io.millrace.benchmarks.driven;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** What these programs share: the conversation, and work side by side. */
final class Passes {
  private Passes() {}

  /** One pass. */
  interface Work {
    /** Does what the line says; gives the number to be told. */
    long pass(String line) throws Exception;
  }

  /** Works until the input ends. */
  static void serve(Work work) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("ready");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      long number = work.pass(line);
      System.out.println("done " + number);
    }
  }

  /** Does all at the same time, and gives the sum of their numbers. */
  static long together(List<Callable<Long>> parts) throws IOException, InterruptedException {
    var threads = Executors.newFixedThreadPool(parts.size());
    try {
      long sum = 0;
      for (Future<Long> part : threads.invokeAll(parts)) {
        sum += part.get();
      }
      return sum;
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  /** Conditions that divide a table by the place of its rows: as many, of as many pages each. */
  static List<String> shares(Connection connection, String table, int count) throws SQLException {
    long pages;
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT pg_relation_size('%s') / current_setting('block_size')::int"
                    .formatted(table))) {
      row.next();
      pages = row.getLong(1);
    }
    var shares = new ArrayList<String>();
    for (int i = 0; i < count; i++) {
      String from = "ctid >= '(%d,0)'".formatted(pages * i / count);
      String to = "ctid < '(%d,0)'".formatted(pages * (i + 1) / count);
      shares.add(i == count - 1 ? from : from + " AND " + to);
    }
    return shares;
  }
}
