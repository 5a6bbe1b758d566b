package io.millrace.core.change;

import io.millrace.core.MillraceException;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.arrow.vector.FieldVector;

/**
 * Which bucket a row belongs to: the CRC32C of its key's canonical bytes (see {@link KeyBytes}) is
 * multiplied by 2^32 divided by the golden ratio, since a CRC alone leaves buckets empty where keys
 * are evenly spaced, and the product's lower 32 bits are scaled to the number of buckets. Whoever
 * knows the row's Arrow values finds the same one, however the source sent them. Not thread-safe;
 * keeps the last key's bytes.
 */
public final class KeyHash {
  /** The name of the hash and of the encoding under it; another one is another generation. */
  public static final String NAME = "crc32c-1";

  private static final long GOLDEN_RATIO = 2_654_435_769L;
  private static final long LOWER_HALF = 0xffff_ffffL;

  private final CRC32C crc = new CRC32C();
  private final KeyBytes key = new KeyBytes();
  private final int buckets;

  /**
   * A hash over so many buckets.
   *
   * @throws MillraceException (CONFIGURATION) if there are none
   */
  public KeyHash(int buckets) {
    if (buckets < 1) {
      throw MillraceException.configuration(
          "Cannot divide changes into %d buckets: at least 1 is needed".formatted(buckets));
    }
    this.buckets = buckets;
  }

  /**
   * The bucket of a row.
   *
   * @param columns the key's columns in their order; none stand for a table without a key, all of
   *     whose rows are in bucket 0
   * @throws MillraceException (CONFIGURATION) if a column's type cannot be part of a key
   */
  public int bucket(List<? extends FieldVector> columns, int row) {
    key.clear();
    for (FieldVector column : columns) {
      key.add(column, row);
    }
    if (columns.isEmpty()) {
      return 0;
    }
    crc.reset();
    crc.update(key.array(), 0, key.length());
    return (int) (((crc.getValue() * GOLDEN_RATIO & LOWER_HALF) * buckets) >>> Integer.SIZE);
  }

  /** Whether the last row's key equals the one another hash was given last. */
  public boolean sameKey(KeyHash other) {
    return key.sameAs(other.key);
  }

  /** The CRC32C of the last row's key. */
  public int checksum() {
    return (int) crc.getValue();
  }

  /** How many bytes the last row's key has in its canonical form. */
  public int keyLength() {
    return key.length();
  }

  /** Copies the canonical bytes of the last row's key, {@link #keyLength} of them. */
  public void copyKey(byte[] to, int at) {
    System.arraycopy(key.array(), 0, to, at, key.length());
  }

  /** Whether these bytes are the last row's key in its canonical form. */
  public boolean isKey(byte[] bytes, int from, int length) {
    return Arrays.equals(key.array(), 0, key.length(), bytes, from, from + length);
  }

  /** The canonical bytes of the last row's key. */
  byte[] lastKey() {
    return Arrays.copyOf(key.array(), key.length());
  }
}
