package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.PageBytes.INT;
import static io.millrace.sinks.parquet.PageBytes.LONG;

import java.util.Arrays;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;

/** The distinct byte strings of a column chunk, numbered in the order of their first appearance. */
final class ByteDictionary {
  private static final int SMALLEST = 256;
  private static final int SMALLEST_TABLE = 1 << 10;
  private static final long MIX = 0x9e3779b97f4a7c15L;

  /** Entries as on the dictionary page: each behind its length. */
  private final PageBytes entries;

  /** Where the bytes of entry {@code id} begin. */
  private int[] starts = new int[SMALLEST];

  private int[] hashes = new int[SMALLEST];
  private int size;

  /** Open addressing: id + 1, or 0 where free; at most half full. */
  private int[] table = new int[SMALLEST_TABLE];

  ByteDictionary(int limit) {
    this.entries = new PageBytes(limit);
  }

  /** How many values there are. */
  int size() {
    return size;
  }

  /** Length of the dictionary page. */
  int bytes() {
    return entries.size();
  }

  /** The bytes of all entries; see {@link #start} and {@link #length}. */
  byte[] array() {
    return entries.array();
  }

  int start(int id) {
    return starts[id];
  }

  int length(int id) {
    return (int) INT.get(entries.array(), starts[id] - Integer.BYTES);
  }

  /**
   * Puts the values of a run behind the entries, with room enough before them for all to become
   * entries; {@link #idOf} takes them from there, each once and in their order.
   *
   * @return where the first value begins
   */
  int stage(ByteStrings run, int values) {
    int lengths = values * Integer.BYTES;
    byte[] array = entries.reserve(lengths + run.size());
    int first = entries.size() + lengths;
    run.copy(array, first);
    return first;
  }

  /** The number of the staged value that begins there, which is taken in if it is new. */
  int idOf(int from, int length) {
    byte[] array = entries.array();
    int hash = hash(array, from, length);
    int slot = hash & (table.length - 1);
    while (table[slot] != 0) {
      int id = table[slot] - 1;
      if (hashes[id] == hash && isEntry(id, array, from, length)) {
        return id;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    table[slot] = size + 1;
    return add(hash, array, from, length);
  }

  private boolean isEntry(int id, byte[] array, int from, int length) {
    int start = starts[id];
    return length(id) == length
        && Arrays.equals(array, start, start + length, array, from, from + length);
  }

  private int add(int hash, byte[] array, int from, int length) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, 2 * size);
      hashes = Arrays.copyOf(hashes, 2 * size);
    }
    int start = entries.size() + Integer.BYTES;
    INT.set(array, entries.size(), length);
    System.arraycopy(array, from, array, start, length);
    entries.advance(Integer.BYTES + length);
    starts[size] = start;
    hashes[size] = hash;
    int id = size++;
    if (2 * size > table.length) {
      rehash();
    }
    return id;
  }

  private void rehash() {
    table = new int[2 * table.length];
    for (int id = 0; id < size; id++) {
      int slot = hashes[id] & (table.length - 1);
      while (table[slot] != 0) {
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = id + 1;
    }
  }

  private static int hash(byte[] bytes, int from, int length) {
    long hash = length;
    int at = from;
    int end = from + length;
    for (; at <= end - Long.BYTES; at += Long.BYTES) {
      hash = Long.rotateLeft(hash ^ (long) LONG.get(bytes, at), 29) * MIX;
    }
    long tail = 0;
    for (; at < end; at++) {
      tail = (tail << 8) | Byte.toUnsignedLong(bytes[at]);
    }
    hash = (hash ^ tail) * MIX;
    return (int) (hash >>> 32);
  }

  DictionaryPage page() {
    BytesInput content = entries.content();
    return new DictionaryPage(content, size, Encoding.PLAIN);
  }

  void clear() {
    entries.clear();
    Arrays.fill(table, 0);
    size = 0;
  }

  /** Clears it and lets go of its memory, which is a few times that of its entries. */
  void release() {
    entries.release();
    starts = new int[SMALLEST];
    hashes = new int[SMALLEST];
    table = new int[SMALLEST_TABLE];
    size = 0;
  }
}
