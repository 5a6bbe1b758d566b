package io.millrace.sinks.files;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.stage.SinkSession;
import io.millrace.core.wire.BatchStreamWriter;
import io.millrace.sinks.files.ParquetSinkSession.Names;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.StagedStream;
import io.millrace.sinks.store.StagedStream.Stored;
import java.io.IOException;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One staging try of rows that a mirror is made of: one Arrow IPC stream, also if there are no
 * rows, since it has their schema.
 */
final class RowsSession implements SinkSession {
  private final Names names;
  private final String location;
  private final StagedStream stream;
  private final BatchStreamWriter writer;
  private long rows;

  RowsSession(ObjectStore store, Schema schema, Names names) {
    this.names = names;
    this.location = store.location(names.staged());
    this.stream = store.stage(names.staged());
    try {
      this.writer = new BatchStreamWriter(stream, schema);
    } catch (IOException e) {
      stream.close();
      throw failed(e);
    } catch (RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  @Override
  public void append(VectorSchemaRoot batch) {
    if (batch.getRowCount() == 0) {
      return;
    }
    try {
      writer.write(batch);
      rows += batch.getRowCount();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public Staged finish() {
    try {
      writer.finish();
      Stored stored = stream.finish();
      return new Staged(
          names.writer(),
          List.of(
              new StagedFile(
                  names.staged(), names.path(), rows, stored.bytes(), stored.checksum())));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    stream.close();
  }

  private MillraceException failed(IOException e) {
    return MillraceException.passing(
        Category.TARGET, "Cannot write %s: %s".formatted(location, e.getMessage()), e);
  }
}
