package io.millrace.connect.clickhouse.column.dictionary;

import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.NullMap;
import io.millrace.connect.clickhouse.column.read.UnreadableBlock;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;

/** Copies to each row the value that its index names; claims the memory before it takes it. */
interface Gather {
  /**
   * Copies.
   *
   * @param nulls the rows that are NULL; others are if their value in the dictionary is
   */
  void copy(FieldVector values, BaseFixedWidthVector indices, NativeInput in, NullMap nulls);

  /** The one for a vector. */
  static Gather into(FieldVector vector) {
    return vector instanceof BaseVariableWidthVector texts
        ? (values, indices, in, nulls) ->
            texts((BaseVariableWidthVector) values, texts, indices, in, nulls)
        : (values, indices, in, nulls) -> anything(values, vector, indices, in, nulls);
  }

  private static void texts(
      BaseVariableWidthVector values,
      BaseVariableWidthVector target,
      BaseFixedWidthVector indices,
      NativeInput in,
      NullMap nulls) {
    int rows = indices.getValueCount();
    long keys = indices.getDataBufferAddress();
    int width = indices.getTypeWidth();
    long from = values.getOffsetBufferAddress();
    long total = 0;
    for (int row = 0; row < rows; row++) {
      total += length(from, Index.at(keys, width, row));
    }
    in.claim(total + (long) rows * Integer.BYTES);
    if (total > Integer.MAX_VALUE) {
      throw UnreadableBlock.malformed("its texts would take more than 2 GiB");
    }
    if (target.getValueCapacity() < rows || target.getDataBuffer().capacity() < total) {
      target.allocateNew(total, rows);
    }
    nulls.writeTo(target.getValidityBufferAddress(), rows);
    boolean nullKeys = values.getNullCount() > 0;
    long offsets = target.getOffsetBufferAddress();
    long used = 0;
    MemoryUtil.putInt(offsets, 0);
    for (int row = 0; row < rows; row++) {
      int key = Index.at(keys, width, row);
      int length = length(from, key);
      long source = values.getDataBufferAddress() + start(from, key);
      MemoryUtil.copyMemory(source, target.getDataBufferAddress() + used, length);
      used += length;
      MemoryUtil.putInt(offsets + (long) (row + 1) * Integer.BYTES, (int) used);
      if (nullKeys && values.isNull(key)) {
        BitVectorHelper.unsetBit(target.getValidityBuffer(), row);
      }
    }
    target.setLastSet(rows - 1);
    target.setValueCount(rows);
  }

  private static int start(long offsets, int key) {
    return MemoryUtil.getInt(offsets + (long) key * Integer.BYTES);
  }

  private static int length(long offsets, int key) {
    return start(offsets, key + 1) - start(offsets, key);
  }

  private static void anything(
      FieldVector values,
      FieldVector target,
      BaseFixedWidthVector indices,
      NativeInput in,
      NullMap nulls) {
    int rows = indices.getValueCount();
    in.claim((long) rows * bytesPerValue(values));
    target.setInitialCapacity(rows);
    target.allocateNew();
    for (int row = 0; row < rows; row++) {
      if (!nulls.isNull(row)) {
        target.copyFrom(
            Index.at(indices.getDataBufferAddress(), indices.getTypeWidth(), row), row, values);
      }
    }
    target.setValueCount(rows);
  }

  private static int bytesPerValue(FieldVector values) {
    return values instanceof BaseFixedWidthVector fixed ? Math.max(1, fixed.getTypeWidth()) : 1;
  }
}
