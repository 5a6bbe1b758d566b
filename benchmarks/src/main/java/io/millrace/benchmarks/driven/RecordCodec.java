package io.millrace.benchmarks.driven;

import io.millrace.connect.BatchAssembler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;

/** Where batches are compressed on their way through Kafka. */
public enum RecordCodec {
  /** Nowhere. */
  NONE("none"),
  /** In the producer. Arrow's own LZ4 is pure Java and takes minutes. */
  LZ4("lz4"),
  /** In the body of each batch, as the product does it. */
  ZSTD("none");

  /** The product's own limit of a record's value. */
  private static final int LIMIT = 900 << 10;

  /** Of the limit, so that the rows that come at once do not exceed it. */
  private static final double AIM = 0.85;

  private final String producers;

  RecordCodec(String producers) {
    this.producers = producers;
  }

  /** The producer's {@code compression.type}. */
  String producers() {
    return producers;
  }

  /** Makes record values of batches. */
  BatchCarrier to(BatchAssembler.Output output) {
    return this == ZSTD ? new Packed(output) : new Plain(output);
  }

  private record Packed(BatchAssembler assembler, BatchAssembler.Output output)
      implements BatchCarrier {
    Packed(BatchAssembler.Output output) {
      this(new BatchAssembler(LIMIT, (batch, row) -> "row " + row), output);
    }

    @Override
    public boolean isFull(int rows, long bytes) {
      return assembler.isFull(rows, bytes);
    }

    @Override
    public void take(VectorSchemaRoot batch, long bytes) throws InterruptedException {
      assembler.encode(batch, bytes, output);
    }
  }

  private record Plain(BatchAssembler.Output output, Memory memory) implements BatchCarrier {
    Plain(BatchAssembler.Output output) {
      this(output, new Memory(ByteBuffer.allocate(2 * LIMIT)));
    }

    @Override
    public boolean isFull(int rows, long bytes) {
      return bytes >= AIM * LIMIT;
    }

    @Override
    public void take(VectorSchemaRoot batch, long bytes) throws Exception {
      memory.bytes().clear();
      try (var writer = new ArrowStreamWriter(batch, /* provider= */ null, memory)) {
        writer.writeBatch();
      }
      output.accept(
          Arrays.copyOf(memory.bytes().array(), memory.bytes().position()), batch.getRowCount());
    }
  }

  /** A channel into a buffer. */
  private record Memory(ByteBuffer bytes) implements WritableByteChannel {
    @Override
    public int write(ByteBuffer more) throws IOException {
      int length = more.remaining();
      bytes.put(more);
      return length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
