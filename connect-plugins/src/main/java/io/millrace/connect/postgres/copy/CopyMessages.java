package io.millrace.connect.postgres.copy;

import java.sql.SQLException;
import org.postgresql.copy.CopyOut;

/** What a server sends in one {@code COPY ... TO STDOUT}. */
public interface CopyMessages {
  /** The next CopyData message, null when the server has said that there are no more. */
  byte[] next() throws SQLException;

  /** The row count of the command's tag; known once {@link #next} gave null. */
  long rowCount();

  /** The messages of pgjdbc's operation. */
  static CopyMessages of(CopyOut copy) {
    return new CopyMessages() {
      @Override
      public byte[] next() throws SQLException {
        return copy.readFromCopy();
      }

      @Override
      public long rowCount() {
        return copy.getHandledRowCount();
      }
    };
  }
}
