package io.millrace.connect.debezium.read;

import io.millrace.connect.debezium.DebeziumOptions;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashSet;
import org.apache.kafka.connect.errors.RetriableException;

/** What Debezium's failures mean, without the secrets that are in their messages. */
final class RunFailure {
  /** Of SQLSTATEs: connections that are not there, or no longer. */
  private static final String CONNECTION = "08";

  private RunFailure() {}

  /** The failure as ours; it passes if Debezium says so, or the source was not there. */
  static MillraceException of(RuntimeException e, DebeziumOptions options) {
    if (e instanceof MillraceException ours) {
      return ours;
    }
    boolean passing = false;
    var messages = new LinkedHashSet<String>();
    for (Throwable each = e; each != null; each = each.getCause()) {
      passing |= isPassing(each);
      messages.add(each.getMessage() == null ? each.getClass().getName() : each.getMessage());
    }
    String told =
        ConnectorProperties.withoutSecrets(
            "%s failed: %s".formatted(options.connectorClass(), String.join(": ", messages)),
            options);
    // without the cause: its text is not ours to clean
    return passing
        ? MillraceException.passing(Category.SOURCE, told, null)
        : MillraceException.lasting(Category.SOURCE, told);
  }

  private static boolean isPassing(Throwable e) {
    return e instanceof RetriableException
        || e instanceof IOException
        || (e instanceof SQLException sql
            && sql.getSQLState() != null
            && sql.getSQLState().startsWith(CONNECTION));
  }
}
