package io.millrace.core.wire;

import java.io.IOException;
import java.io.OutputStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Batches of one schema, one after the other, as one Arrow IPC stream: what any reader of Arrow
 * takes. Holds one encoded batch at a time. Equal batches in equal order give equal bytes.
 */
public final class BatchStreamWriter {
  private final OutputStream out;
  private final BufferWorth worth = new BufferWorth();

  /** Begins the stream; closing what is written to stays the caller's. */
  public BatchStreamWriter(OutputStream out, Schema schema) throws IOException {
    this.out = out;
    byte[] value = new ArrowCodec().encode(schema);
    out.write(value, 0, value.length - IpcStream.END);
  }

  /** Adds a batch of the stream's schema; the caller keeps the vectors. */
  public void write(VectorSchemaRoot batch) throws IOException {
    out.write(ArrowCodec.rowsMessage(batch, worth));
  }

  /** Writes the end mark. Without it a reader takes the stream for cut off. */
  public void finish() throws IOException {
    byte[] end = new byte[IpcStream.END];
    IpcStream.putEnd(IpcStream.over(end));
    out.write(end);
  }
}
