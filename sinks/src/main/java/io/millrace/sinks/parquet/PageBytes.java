package io.millrace.sinks.parquet;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;

/** The PLAIN bytes of a page while it grows; the array is kept from page to page. */
final class PageBytes {
  static final VarHandle SHORT = view(short[].class);
  static final VarHandle INT = view(int[].class);
  static final VarHandle LONG = view(long[].class);
  static final VarHandle LONG_BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int SMALLEST = 1 << 12;
  private static final int LARGEST = Integer.MAX_VALUE - 8;

  private final int keep;
  private byte[] array = new byte[SMALLEST];
  private int size;

  /** A page that is to end near {@code limit} bytes. */
  PageBytes(int limit) {
    this.keep = Math.max(SMALLEST, 4 * Math.min(limit, LARGEST / 4));
  }

  int size() {
    return size;
  }

  /**
   * The array with room for {@code more} bytes from {@link #size()} on; valid until the next call.
   *
   * @throws ArithmeticException if the page would outgrow an array
   */
  byte[] reserve(long more) {
    long needed = size + more;
    if (needed > LARGEST) {
      throw new ArithmeticException(
          "a page of %d bytes, where 2 GiB are the most".formatted(needed));
    }
    if (needed > array.length) {
      array = Arrays.copyOf(array, (int) Math.min(LARGEST, Math.max(needed, 2L * array.length)));
    }
    return array;
  }

  /** Takes in what was put behind {@link #size()}. */
  void advance(int bytes) {
    size += bytes;
  }

  byte[] array() {
    return array;
  }

  BytesInput content() {
    return BytesInput.from(array, 0, size);
  }

  /** Empties the page and lets go of its array. */
  void release() {
    array = new byte[SMALLEST];
    size = 0;
  }

  /** Empties the page; an array that one huge value blew up is let go. */
  void clear() {
    size = 0;
    if (array.length > keep) {
      release();
    }
  }

  private static VarHandle view(Class<?> array) {
    return MethodHandles.byteArrayViewVarHandle(array, ByteOrder.LITTLE_ENDIAN);
  }
}
