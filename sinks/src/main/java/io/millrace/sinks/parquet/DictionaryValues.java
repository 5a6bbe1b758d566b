package io.millrace.sinks.parquet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.bytes.BytesUtils;
import org.apache.parquet.bytes.HeapByteBufferAllocator;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.rle.RunLengthBitPackingHybridEncoder;

/**
 * Byte strings as numbers of a dictionary. Each chunk begins with one and goes on without if it
 * outgrew its limit or saved nothing on the first page, or once it has grown to the size of a page.
 */
final class DictionaryValues implements PageValues {
  private final BytesValues plain;
  private final ByteStrings strings;
  private final int limit;
  private final int firstLimit;
  private final ByteDictionary dictionary;
  private final BitSet seen = new BitSet();

  /** Whether this page is made of ids; if not, it is {@link #plain}'s. */
  private boolean active;

  /** Whether a page of this chunk refers to the dictionary. */
  private boolean used;

  private int[] ids = new int[1024];
  private int count;

  /** Bytes of the page's values without their lengths. */
  private long valueBytes;

  DictionaryValues(ByteStrings strings, PageLimits limits) {
    this.plain = new BytesValues(strings, limits);
    this.strings = strings;
    this.limit = limits.pageBytes();
    this.firstLimit = limits.firstDictionaryBytes();
    this.dictionary = new ByteDictionary(limits.pageBytes());
  }

  @Override
  public void startChunk() {
    dictionary.clear();
    active = true;
    used = false;
  }

  @Override
  public int fit(FieldVector vector, int from, int to) {
    return active
        ? strings.fit(vector, from, to, limit - plainBytes())
        : plain.fit(vector, from, to);
  }

  @Override
  public void append(FieldVector vector, int from, Bits validity) {
    if (!active) {
      plain.append(vector, from, validity);
      return;
    }
    int rows = validity.size();
    strings.read(vector, from, from + rows);
    int value = dictionary.stage(strings, rows);
    if (ids.length < count + rows) {
      ids = Arrays.copyOf(ids, 2 * (count + rows));
    }
    for (int i = 0; i < rows; i++) {
      int length = strings.length(i);
      if (validity.get(i) == 1) {
        ids[count++] = dictionary.idOf(value, length);
        valueBytes += length;
      }
      value += length;
    }
    // Wherever this run ends, the page is the same: all of it is turned.
    if (!used && dictionary.bytes() > firstLimit) {
      giveUp();
    }
  }

  @Override
  public boolean full() {
    return active ? plainBytes() >= limit : plain.full();
  }

  @Override
  public Encoded encode(Statistics<?> statistics) {
    if (active && count > 0 && !used && !pays()) {
      giveUp();
    }
    if (!active || count == 0) {
      return plain.encode(statistics);
    }
    used = true;
    minMax(statistics);
    return new Encoded(encodeIds(), Encoding.RLE_DICTIONARY, valueBytes);
  }

  private boolean pays() {
    long idBytes = ((long) count * idWidth() + 7) / 8;
    return dictionary.bytes() + idBytes < plainBytes();
  }

  /** What the page would measure in PLAIN. */
  private long plainBytes() {
    return valueBytes + (long) count * Integer.BYTES;
  }

  /** Turns the page into one without a dictionary, and those to come. */
  private void giveUp() {
    for (int i = 0; i < count; i++) {
      int id = ids[i];
      plain.append(dictionary.array(), dictionary.start(id), dictionary.length(id));
    }
    active = false;
    dictionary.release();
  }

  private int idWidth() {
    return BytesUtils.getWidthFromMaxInt(dictionary.size() - 1);
  }

  /** Each value of the page is looked at once, however often it occurs. */
  private void minMax(Statistics<?> statistics) {
    seen.clear();
    for (int i = 0; i < count; i++) {
      seen.set(ids[i]);
    }
    int min = ids[0];
    int max = ids[0];
    for (int id = seen.nextSetBit(0); id >= 0; id = seen.nextSetBit(id + 1)) {
      if (compare(id, min) < 0) {
        min = id;
      } else if (compare(id, max) > 0) {
        max = id;
      }
    }
    byte[] entries = dictionary.array();
    MinMax.update(statistics, entries, dictionary.start(min), dictionary.length(min));
    MinMax.update(statistics, entries, dictionary.start(max), dictionary.length(max));
  }

  private int compare(int a, int b) {
    byte[] entries = dictionary.array();
    int startA = dictionary.start(a);
    int startB = dictionary.start(b);
    return Arrays.compareUnsigned(
        entries,
        startA,
        startA + dictionary.length(a),
        entries,
        startB,
        startB + dictionary.length(b));
  }

  /** The width of an id in one byte, then the ids (parquet-format, Encodings.md). */
  private BytesInput encodeIds() {
    int width = idWidth();
    int estimate = Math.max(64, (int) ((long) count * width / 8));
    var heap = new HeapByteBufferAllocator();
    try (var encoder =
        new RunLengthBitPackingHybridEncoder(width, estimate, Math.max(estimate, limit), heap)) {
      for (int i = 0; i < count; i++) {
        encoder.writeInt(ids[i]);
      }
      BytesInput encoded = encoder.toBytes().copy(heap, heap::release);
      return BytesInput.concat(BytesInput.from(new byte[] {(byte) width}), encoded);
    } catch (IOException e) {
      throw new UncheckedIOException("An encoder in memory does no I/O", e);
    }
  }

  @Override
  public void hash(ValueHashes hashes) {
    if (!active || count == 0) {
      plain.hash(hashes);
      return;
    }
    for (int id = seen.nextSetBit(0); id >= 0; id = seen.nextSetBit(id + 1)) {
      hashes.add(dictionary.array(), dictionary.start(id), dictionary.length(id));
    }
  }

  @Override
  public void clear() {
    if (dictionary.bytes() >= limit) {
      active = false;
    }
    plain.clear();
    count = 0;
    valueBytes = 0;
  }

  @Override
  public Optional<DictionaryPage> dictionary() {
    return used ? Optional.of(dictionary.page()) : Optional.empty();
  }

  @Override
  public long bufferedBytes() {
    return plain.bufferedBytes() + dictionary.bytes() + (long) count * Short.BYTES;
  }

  @Override
  public long variableBytes(FieldVector vector, int from, int to) {
    return plain.variableBytes(vector, from, to);
  }
}
