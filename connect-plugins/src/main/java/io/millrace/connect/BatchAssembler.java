package io.millrace.connect;

import io.millrace.core.MillraceException;
import io.millrace.core.wire.ArrowCodec;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * Cuts a stream of rows into batches whose encoded record stays below a limit: rows per batch adapt
 * to the compression seen, one that misses is sliced and encoded again. The rows lie in vectors of
 * the caller, who fills them and may fill them anew after each {@link #encode}.
 */
public final class BatchAssembler {
  private static final DictionaryProvider NONE = new DictionaryProvider.MapDictionaryProvider();

  private final ArrowCodec codec = new ArrowCodec();
  private final BatchTarget target;
  private final long limit;
  private final RowName rows;

  /** Receives the encoded batches, in order. */
  @FunctionalInterface
  public interface Output {
    /** Takes a record's value and the number of rows in it. */
    void accept(byte[] value, int rows) throws InterruptedException;
  }

  /** Tells people which row is meant. */
  @FunctionalInterface
  public interface RowName {
    /** The row's table and key, e.g. {@code public.trips (trip_id=17)}. */
    String of(VectorSchemaRoot batch, int row);
  }

  /**
   * An assembler of one stream.
   *
   * @param limit the largest record value, in bytes
   * @param rows names a row that is too large by itself
   */
  public BatchAssembler(long limit, RowName rows) {
    this.limit = limit;
    this.rows = rows;
    this.target = new BatchTarget(limit);
  }

  /** Whether so many rows, with so many bytes in their vectors, are enough for a batch. */
  public boolean isFull(int rowCount, long vectorBytes) {
    return target.reached(rowCount, vectorBytes);
  }

  /**
   * Encodes the rows, usually as one record.
   *
   * @param vectorBytes how many bytes the rows take in their vectors
   * @throws MillraceException (DATA) naming a row that is too large by itself
   */
  public void encode(VectorSchemaRoot batch, long vectorBytes, Output output)
      throws InterruptedException {
    byte[] value = codec.encode(batch);
    target.learn(vectorBytes, value.length);
    if (value.length <= limit) {
      output.accept(value, batch.getRowCount());
    } else {
      encodeHalves(new Rows(batch, NONE), 0, batch.getRowCount(), value.length, output);
    }
  }

  /**
   * Encodes rows that came all at once, as one record or as several of equal numbers of rows. Each
   * record takes along the dictionaries that its columns refer to.
   *
   * @param vectorBytes how many bytes the rows take in their vectors
   * @throws MillraceException (DATA) naming a row that is too large by itself
   */
  public void encodeBlock(
      VectorSchemaRoot block, DictionaryProvider dictionaries, long vectorBytes, Output output)
      throws InterruptedException {
    var rows = new Rows(block, dictionaries);
    int count = block.getRowCount();
    for (int from = 0; from < count; ) {
      int piece = target.rows(count, vectorBytes, count - from);
      byte[] value = encode(rows, from, piece);
      target.learn(Math.max(1, vectorBytes * piece / count), value.length);
      if (value.length <= limit) {
        output.accept(value, piece);
      } else {
        encodeHalves(rows, from, piece, value.length, output);
      }
      from += piece;
    }
  }

  /** Rows, and what their columns may refer to. */
  private record Rows(VectorSchemaRoot batch, DictionaryProvider dictionaries) {}

  private byte[] encode(Rows rows, int from, int count) {
    if (count == rows.batch().getRowCount()) {
      return codec.encode(rows.batch(), rows.dictionaries());
    }
    try (VectorSchemaRoot slice = rows.batch().slice(from, count)) {
      return codec.encode(slice, rows.dictionaries());
    }
  }

  private void encodeHalves(Rows rows, int from, int count, int encoded, Output output)
      throws InterruptedException {
    if (count == 1) {
      throw tooLarge(rows.batch(), from, encoded);
    }
    int half = count / 2;
    encodeSlice(rows, from, half, output);
    encodeSlice(rows, from + half, count - half, output);
  }

  private void encodeSlice(Rows rows, int from, int count, Output output)
      throws InterruptedException {
    byte[] value = encode(rows, from, count);
    if (value.length <= limit) {
      output.accept(value, count);
    } else {
      encodeHalves(rows, from, count, value.length, output);
    }
  }

  private MillraceException tooLarge(VectorSchemaRoot batch, int row, int encoded) {
    return MillraceException.data(
        "A single row of %s takes %d bytes as a record, and batch_bytes allows %d: raise batch_bytes,"
                .formatted(rows.of(batch, row), encoded, limit)
            + " the topic's max.message.bytes and the producer's max.request.size beyond that");
  }
}
