package io.millrace.transforms.values;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BitVectorHelper;

/** How whole numbers that fit a long lie in a vector's data buffer. */
public enum Layout {
  BIT,
  INT8,
  UINT8,
  INT16,
  UINT16,
  INT32,
  UINT32,
  INT64,
  /** As a long of the same bits. */
  UINT64,
  /** 16 bytes, the upper half nothing but the sign. */
  INT128;

  /** One value. */
  public long get(ArrowBuf data, long i) {
    return switch (this) {
      case BIT -> (data.getByte(i >> 3) >> (i & 7)) & 1;
      case INT8 -> data.getByte(i);
      case UINT8 -> data.getByte(i) & 0xFFL;
      case INT16 -> data.getShort(i << 1);
      case UINT16 -> data.getShort(i << 1) & 0xFFFFL;
      case INT32 -> data.getInt(i << 2);
      case UINT32 -> data.getInt(i << 2) & 0xFFFF_FFFFL;
      case INT64, UINT64 -> data.getLong(i << 3);
      case INT128 -> data.getLong(i << 4);
    };
  }

  /** Writes one value. */
  public void set(ArrowBuf data, long i, long value) {
    switch (this) {
      case BIT -> {
        if (value == 0) {
          BitVectorHelper.unsetBit(data, (int) i);
        } else {
          BitVectorHelper.setBit(data, i);
        }
      }
      case INT8, UINT8 -> data.setByte(i, (byte) value);
      case INT16, UINT16 -> data.setShort(i << 1, (short) value);
      case INT32, UINT32 -> data.setInt(i << 2, (int) value);
      case INT64, UINT64 -> data.setLong(i << 3, value);
      case INT128 -> {
        data.setLong(i << 4, value);
        data.setLong((i << 4) + Long.BYTES, value >> 63);
      }
    }
  }

  /**
   * The values from {@code first} on, as many as {@code count}. The common ones in loops of their
   * own.
   */
  public void read(ArrowBuf data, int first, int count, long[] into) {
    switch (this) {
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          into[i] = data.getInt((long) (first + i) << 2);
        }
      }
      case INT64, UINT64 -> {
        for (int i = 0; i < count; i++) {
          into[i] = data.getLong((long) (first + i) << 3);
        }
      }
      case INT128 -> {
        for (int i = 0; i < count; i++) {
          into[i] = data.getLong((long) (first + i) << 4);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          into[i] = get(data, first + i);
        }
      }
    }
  }

  /** Writes values from {@code first} on. */
  public void write(ArrowBuf data, int first, int count, long[] values) {
    switch (this) {
      case INT32, UINT32 -> {
        for (int i = 0; i < count; i++) {
          data.setInt((long) (first + i) << 2, (int) values[i]);
        }
      }
      case INT64, UINT64 -> {
        for (int i = 0; i < count; i++) {
          data.setLong((long) (first + i) << 3, values[i]);
        }
      }
      default -> {
        for (int i = 0; i < count; i++) {
          set(data, first + i, values[i]);
        }
      }
    }
  }
}
