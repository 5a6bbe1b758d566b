package io.millrace.sinks.parquet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.SizeStatistics;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;

/** The levels of a page of a column below a group or a list. */
final class NestedLevels implements Levels {
  private static final int SMALLEST = 1024;

  private final int maxRepetition;
  private final int maxDefinition;
  private byte[] repetitions = new byte[SMALLEST];
  private byte[] definitions = new byte[SMALLEST];
  private int entries;
  private int values;
  private int rows;

  NestedLevels(ColumnDescriptor column) {
    this.maxRepetition = column.getMaxRepetitionLevel();
    this.maxDefinition = column.getMaxDefinitionLevel();
  }

  /**
   * Adds the entries [from, to) of a run.
   *
   * @param newRows how many rows they are
   * @param newValues how many of them have a value
   */
  void append(LevelRun run, int from, int to, int newRows, int newValues) {
    int count = to - from;
    if (definitions.length - entries < count) {
      int capacity = Math.max(entries + count, 2 * entries);
      repetitions = Arrays.copyOf(repetitions, capacity);
      definitions = Arrays.copyOf(definitions, capacity);
    }
    System.arraycopy(run.repetitions(), from, repetitions, entries, count);
    System.arraycopy(run.definitions(), from, definitions, entries, count);
    entries += count;
    rows += newRows;
    values += newValues;
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int entries() {
    return entries;
  }

  @Override
  public int nulls() {
    return entries - values;
  }

  @Override
  public BytesInput encode() {
    return BytesInput.concat(
        encode(repetitions, maxRepetition), encode(definitions, maxDefinition));
  }

  private BytesInput encode(byte[] levels, int max) {
    if (max == 0) {
      return BytesInput.empty();
    }
    var heap = new HeapByteBufferAllocator();
    int width = BytesUtils.getWidthFromMaxInt(max);
    int most = Math.max(64, entries / Byte.SIZE * width);
    try (var encoder = new RunLengthBitPackingHybridEncoder(width, 64, most, heap)) {
      for (int i = 0; i < entries; i++) {
        encoder.writeInt(levels[i]);
      }
      BytesInput encoded = encoder.toBytes().copy(heap, heap::release);
      return BytesInput.concat(BytesInput.fromInt(Math.toIntExact(encoded.size())), encoded);
    } catch (IOException e) {
      throw new UncheckedIOException("An encoder in memory does no I/O", e);
    }
  }

  @Override
  public SizeStatistics sizes(ColumnDescriptor column, long byteArrayBytes) {
    long[] perRepetition = maxRepetition > 0 ? histogram(repetitions, maxRepetition) : new long[0];
    long[] perDefinition = maxDefinition > 1 ? histogram(definitions, maxDefinition) : new long[0];
    return new SizeStatistics(
        column.getPrimitiveType(),
        byteArrayBytes,
        LongStream.of(perRepetition).boxed().toList(),
        LongStream.of(perDefinition).boxed().toList());
  }

  private long[] histogram(byte[] levels, int max) {
    long[] counts = new long[max + 1];
    for (int i = 0; i < entries; i++) {
      counts[levels[i]]++;
    }
    return counts;
  }

  @Override
  public void clear() {
    entries = 0;
    values = 0;
    rows = 0;
  }

  @Override
  public long bufferedBytes() {
    return entries;
  }
}
