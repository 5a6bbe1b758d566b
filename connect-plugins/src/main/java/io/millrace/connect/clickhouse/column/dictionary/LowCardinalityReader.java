package io.millrace.connect.clickhouse.column.dictionary;

import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.NullMap;
import io.millrace.connect.clickhouse.column.read.UnreadableBlock;
import io.millrace.connect.clickhouse.column.read.ValueReader;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;

/**
 * {@code LowCardinality(T)}. Once per block a version (1); then, if there are rows: flags whose
 * lowest byte says how wide an index is, the number of keys, the keys as values of T, the number of
 * rows, and an index each. Where values may be NULL the first key stands for it.
 */
final class LowCardinalityReader extends DictionaryReader {
  private static final long VERSION = 1;
  private static final int WIDTH = 0xff;
  private static final int WIDEST = 2;
  private static final int GLOBAL_DICTIONARY = 0x100;
  private static final int OWN_KEYS = 0x200;

  private final ValueReader keys;
  private final FirstKey first;
  private final BaseFixedWidthVector[] indices = new BaseFixedWidthVector[WIDEST + 1];

  /** What the first key of a dictionary stands for. */
  enum FirstKey {
    /** NULL, whatever value it has. */
    NULL,
    /** Its value. */
    VALUE
  }

  /**
   * A reader whose keys another one reads.
   *
   * @param keys its vector belongs to this reader now
   */
  LowCardinalityReader(FieldVector plain, ValueReader keys, FirstKey first) {
    super(plain);
    this.keys = keys;
    this.first = first;
  }

  @Override
  public void readPrefix(NativeInput in) {
    long version = in.int64();
    if (version != VERSION) {
      throw UnreadableBlock.malformed(
          "the version of its dictionary is %d instead of %d".formatted(version, VERSION));
    }
  }

  @Override
  public void read(NativeInput in, int count, NullMap nulls) {
    if (count == 0) {
      giveNothing();
      return;
    }
    long flags = in.int64();
    int width = (int) flags & WIDTH;
    if (width > WIDEST || (flags & OWN_KEYS) == 0 || (flags & GLOBAL_DICTIONARY) != 0) {
      throw UnreadableBlock.malformed(
          "its dictionary has the flags %x: no keys of its own, or too many".formatted(flags));
    }
    int size = readKeys(in);
    long rows = in.int64();
    if (rows != count) {
      throw UnreadableBlock.malformed("it has %d indices for %d rows".formatted(rows, count));
    }
    BaseFixedWidthVector read = indicesOf(width);
    reader(read).read(in, count, nulls);
    long largest = Index.largest(read.getDataBufferAddress(), read.getTypeWidth(), count);
    if (largest >= size) {
      throw UnreadableBlock.malformed(
          "it has index %d into a dictionary of %d keys".formatted(largest, size));
    }
    give(keys.vector(), read, in, nulls);
  }

  private int readKeys(NativeInput in) {
    long size = in.int64();
    if (size < 1 || size > Integer.MAX_VALUE) {
      throw UnreadableBlock.malformed("its dictionary has %d keys".formatted(size));
    }
    keys.read(in, (int) size, NullMap.NONE);
    if (first == FirstKey.NULL) {
      BitVectorHelper.unsetBit(keys.vector().getValidityBuffer(), 0);
    }
    return (int) size;
  }

  private BaseFixedWidthVector indicesOf(int width) {
    if (indices[width] == null) {
      indices[width] = indices(Byte.SIZE << width);
    }
    return indices[width];
  }

  @Override
  public void close() {
    for (BaseFixedWidthVector vector : indices) {
      if (vector != null) {
        vector.close();
      }
    }
    keys.vector().close();
    keys.close();
  }
}
