package io.millrace.sinks.files;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Unit;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.stage.SinkSession;
import io.millrace.sinks.parquet.ArrowParquetWriter;
import io.millrace.sinks.parquet.ParquetOptions;
import io.millrace.sinks.parquet.ParquetSummary;
import io.millrace.sinks.parquet.StreamOutputFile;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.StagedStream;
import io.millrace.sinks.store.StagedStream.Stored;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** One staging try of a unit: one file, begun with its first row. */
final class ParquetSinkSession implements SinkSession {
  /**
   * What is this try's alone.
   *
   * @param writer its nonce
   * @param staged key of its file until it is published
   * @param path key of its file afterwards
   */
  record Names(String writer, String staged, String path) {}

  private final ObjectStore store;
  private final ParquetOptions options;
  private final Unit unit;
  private final Schema schema;
  private final Names names;

  private StagedStream stream;
  private ArrowParquetWriter writer;

  ParquetSinkSession(
      ObjectStore store, ParquetOptions options, Unit unit, Schema schema, Names names) {
    this.store = store;
    this.options = options;
    this.unit = unit;
    this.schema = schema;
    this.names = names;
  }

  @Override
  public void append(VectorSchemaRoot batch) {
    if (batch.getRowCount() == 0) {
      return;
    }
    try {
      if (writer == null) {
        stream = store.stage(names.staged());
        writer = new ArrowParquetWriter(new StreamOutputFile(stream), schema, options, metadata());
      }
      writer.append(batch);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public Staged finish() {
    if (writer == null) {
      return new Staged(names.writer(), List.of());
    }
    try {
      ParquetSummary summary = writer.finish();
      writer = null;
      Stored stored = stream.finish();
      return new Staged(
          names.writer(),
          List.of(
              new StagedFile(
                  names.staged(),
                  names.path(),
                  summary.rows(),
                  stored.bytes(),
                  stored.checksum())));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    try (StagedStream file = stream) {
      if (writer != null) {
        writer.close();
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /**
   * What a file says of itself: what the source said of the table, and where the rows belong. The
   * same for every try, so that tries give equal bytes.
   */
  private Map<String, String> metadata() {
    Map<String, String> metadata = new HashMap<>(schema.getCustomMetadata());
    metadata.put("millrace.pipeline", unit.stream().pipeline());
    metadata.put("millrace.stream", unit.stream().name());
    metadata.put("millrace.run", unit.run().value());
    metadata.put("millrace.plan", unit.plan().toString());
    metadata.put("millrace.partition", unit.partition());
    return metadata;
  }

  private MillraceException failed(IOException e) {
    return MillraceException.passing(
        Category.TARGET,
        "Cannot write %s for %s: %s"
            .formatted(store.location(names.staged()), unit, e.getMessage()),
        e);
  }
}
