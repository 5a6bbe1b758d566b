package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.PageBytes.INT;
import static io.millrace.sinks.parquet.PageBytes.LONG_BIG_ENDIAN;

import io.millrace.sinks.parquet.ParquetOptions.Encodings;
import java.util.Arrays;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;

/**
 * Byte strings without a dictionary: their lengths, and their bytes one behind the other as Arrow
 * has them. They go into the file so (parquet-format, Encodings.md, DELTA_LENGTH_BYTE_ARRAY), or
 * PLAIN, each behind its length.
 */
final class BytesValues implements PageValues {
  private final ByteStrings strings;
  private final int limit;
  private final Encodings encodings;
  private final PageBytes lengths;
  private final PageBytes page;
  private final PageBytes scratch;
  private final DeltaPacker packer;

  BytesValues(ByteStrings strings, PageLimits limits) {
    this.strings = strings;
    this.limit = limits.pageBytes();
    this.encodings = limits.encodings();
    this.lengths = new PageBytes(limit);
    this.page = new PageBytes(limit);
    this.scratch = limits.scratch();
    this.packer = new DeltaPacker(Integer.BYTES, scratch);
  }

  /** A page ends at the same row however it is encoded. */
  private long plainBytes() {
    return (long) page.size() + lengths.size();
  }

  @Override
  public int fit(FieldVector vector, int from, int to) {
    return strings.fit(vector, from, to, limit - plainBytes());
  }

  @Override
  public boolean full() {
    return plainBytes() >= limit;
  }

  @Override
  public void append(FieldVector vector, int from, Bits validity) {
    int rows = validity.size();
    strings.read(vector, from, from + rows);
    byte[] out = page.reserve(strings.size());
    strings.copy(out, page.size());
    int bytes = appendLengths(validity);
    if (bytes < strings.size()) {
      closeGaps(out, validity);
    }
    page.advance(bytes);
  }

  /** Gives the number of bytes of the valid ones. */
  private int appendLengths(Bits validity) {
    byte[] out = lengths.reserve((long) validity.size() * Integer.BYTES);
    int to = lengths.size();
    int bytes = 0;
    for (int i = 0; i < validity.size(); i++) {
      int length = strings.length(i);
      INT.set(out, to, length);
      int valid = validity.get(i);
      to += valid << 2;
      bytes += length & -valid;
    }
    lengths.advance(to - lengths.size());
    return bytes;
  }

  /** What a null has in Arrow's data is no one's. */
  private void closeGaps(byte[] out, Bits validity) {
    int value = page.size();
    int to = value;
    for (int i = 0; i < validity.size(); i++) {
      int length = strings.length(i);
      if (validity.get(i) == 1) {
        System.arraycopy(out, value, out, to, length);
        to += length;
      }
      value += length;
    }
  }

  /** Adds one value. */
  void append(byte[] bytes, int from, int length) {
    INT.set(lengths.reserve(Integer.BYTES), lengths.size(), length);
    lengths.advance(Integer.BYTES);
    System.arraycopy(bytes, from, page.reserve(length), page.size(), length);
    page.advance(length);
  }

  @Override
  public Encoded encode(Statistics<?> statistics) {
    if (lengths.size() > 0) {
      minMax(statistics);
    }
    return switch (encodings) {
      case PLAIN -> new Encoded(interleaved(), Encoding.PLAIN, page.size());
      case DELTA ->
          new Encoded(
              BytesInput.concat(packer.pack(lengths).content(), page.content()),
              Encoding.DELTA_LENGTH_BYTE_ARRAY,
              page.size());
    };
  }

  private BytesInput interleaved() {
    scratch.clear();
    byte[] out = scratch.reserve(plainBytes());
    int to = 0;
    for (int i = 0, value = 0; i < lengths.size(); i += Integer.BYTES) {
      int length = length(i);
      INT.set(out, to, length);
      System.arraycopy(page.array(), value, out, to + Integer.BYTES, length);
      to += Integer.BYTES + length;
      value += length;
    }
    scratch.advance(to);
    return scratch.content();
  }

  private int length(int place) {
    return (int) INT.get(lengths.array(), place);
  }

  /** Most values differ from both within their first eight bytes. */
  private void minMax(Statistics<?> statistics) {
    byte[] bytes = page.array();
    int min = 0;
    int minEnd = length(0);
    int max = 0;
    int maxEnd = minEnd;
    long minHead = head(0, minEnd);
    long maxHead = minHead;
    int value = minEnd;
    for (int i = Integer.BYTES; i < lengths.size(); i += Integer.BYTES) {
      int end = value + length(i);
      long head = head(value, end);
      if (head <= minHead
          && (head < minHead
              || Arrays.compareUnsigned(bytes, value, end, bytes, min, minEnd) < 0)) {
        min = value;
        minEnd = end;
        minHead = head;
      } else if (head >= maxHead
          && (head > maxHead
              || Arrays.compareUnsigned(bytes, value, end, bytes, max, maxEnd) > 0)) {
        max = value;
        maxEnd = end;
        maxHead = head;
      }
      value = end;
    }
    MinMax.update(statistics, bytes, min, minEnd - min);
    MinMax.update(statistics, bytes, max, maxEnd - max);
  }

  /** The first eight bytes as a number that sorts as they do; what is missing counts as zeros. */
  private long head(int from, int end) {
    byte[] bytes = page.array();
    long head = 0;
    if (from <= bytes.length - Long.BYTES) {
      head = (long) LONG_BIG_ENDIAN.get(bytes, from);
    } else {
      for (int i = from; i < end; i++) {
        head |= Byte.toUnsignedLong(bytes[i]) << (Long.SIZE - Byte.SIZE * (i - from + 1));
      }
    }
    int length = end - from;
    if (length < Long.BYTES) {
      head = length == 0 ? 0 : head & (-1L << (Long.SIZE - Byte.SIZE * length));
    }
    return head ^ Long.MIN_VALUE;
  }

  @Override
  public void hash(ValueHashes hashes) {
    for (int i = 0, value = 0; i < lengths.size(); i += Integer.BYTES) {
      int length = length(i);
      hashes.add(page.array(), value, length);
      value += length;
    }
  }

  @Override
  public void clear() {
    page.clear();
    lengths.clear();
  }

  @Override
  public long bufferedBytes() {
    return plainBytes();
  }

  @Override
  public long variableBytes(FieldVector vector, int from, int to) {
    return strings.bytes(vector, from, to);
  }
}
