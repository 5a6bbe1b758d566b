package io.millrace.sinks.clickhouse;

import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.stage.SinkSession;
import io.millrace.core.wire.BatchStreamWriter;
import io.millrace.sinks.clickhouse.type.ValueLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** One staging try of a unit: a table of its own, filled by one INSERT after the other. */
final class ClickHouseSinkSession implements SinkSession {
  private final StagingTable table;
  private final Names names;
  private final Schema schema;
  private final ValueLimits limits;
  private final long insertBytes;
  private final CRC32C checksum = new CRC32C();

  private ByteArrayOutputStream waiting = new ByteArrayOutputStream();
  private BatchStreamWriter stream;
  private long rows;
  private long bytes;
  private int sequence;
  private boolean finished;

  /**
   * What is this try's alone.
   *
   * @param writer its nonce
   * @param staged its name in the ledger until it is published
   * @param path its name afterwards
   */
  record Names(String writer, String staged, String path) {}

  ClickHouseSinkSession(
      StagingTable table, Names names, Schema schema, ValueLimits limits, long insertBytes) {
    this.table = table;
    this.names = names;
    this.schema = schema;
    this.limits = limits;
    this.insertBytes = insertBytes;
  }

  @Override
  public void append(VectorSchemaRoot batch) {
    if (batch.getRowCount() == 0) {
      return;
    }
    limits.check(batch);
    try {
      if (stream == null) {
        stream = new BatchStreamWriter(waiting, schema);
      }
      stream.write(batch);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    rows += batch.getRowCount();
    if (waiting.size() >= insertBytes) {
      send();
    }
  }

  private void send() {
    try {
      stream.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    byte[] value = waiting.toByteArray();
    waiting = new ByteArrayOutputStream();
    stream = null;
    if (sequence == 0) {
      table.create();
    }
    table.insert(schema, value, sequence++);
    checksum.update(value);
    bytes += value.length;
  }

  @Override
  public Staged finish() {
    if (stream != null) {
      send();
    }
    if (rows == 0) {
      finished = true;
      return new Staged(names.writer(), List.of());
    }
    table.requireRows(rows);
    finished = true;
    String sum = HexFormat.of().toHexDigits((int) checksum.getValue());
    return new Staged(
        names.writer(), List.of(new StagedFile(names.staged(), names.path(), rows, bytes, sum)));
  }

  @Override
  public void close() {
    if (!finished && sequence > 0) {
      table.drop();
    }
  }
}
