package io.millrace.sinks.mirror;

import io.millrace.core.MillraceException;
import io.millrace.core.change.KeyHash;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Numbers the keys of a bucket in the order in which they come. Open addressing over an array of
 * numbers; the keys' canonical bytes lie one behind the other. 20 to 40 bytes of heap for a key,
 * and its own bytes. A slot has the checksum, too: most look-ups end where they begin, at one place
 * in memory.
 */
final class KeyIndex {
  /** What a key that is not there has. */
  static final int ABSENT = -1;

  private static final int MULTIPLIER = 0x9e37_79b1;
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  /** Checksum and place + 1; 0 if there is no key. At most half of them have one. */
  private long[] slots = new long[1 << 6];

  private final int first;
  private int[] ends = new int[1 << 5];
  private byte[] keys = new byte[1 << 9];
  private int size;

  /** Numbers keys from {@code first} on. */
  KeyIndex(int first) {
    this.first = first;
  }

  /** The number of the hash's last key, or {@link #ABSENT}. */
  int find(KeyHash key) {
    int checksum = key.checksum();
    int mask = slots.length - 1;
    int at = slot(checksum, mask);
    for (long slot = slots[at]; slot != 0; slot = slots[at]) {
      if ((int) (slot >>> Integer.SIZE) == checksum && isKey((int) slot - 1, key)) {
        return first + (int) slot - 1;
      }
      at = (at + 1) & mask;
    }
    return ABSENT;
  }

  /** The number of the hash's last key, a new one if it was not there. */
  int add(KeyHash key) {
    int found = find(key);
    if (found != ABSENT) {
      return found;
    }
    if (2 * size == slots.length) {
      grow();
    }
    append(key);
    put(slots, (long) key.checksum() << Integer.SIZE | (size + 1));
    return first + size++;
  }

  private void append(KeyHash key) {
    int start = start(size);
    int length = key.keyLength();
    if (length > LONGEST_ARRAY - start) {
      throw MillraceException.data(
          "Cannot fold the changes of %d keys in one go: their values have more than 2 GiB; fold a shorter range of windows"
              .formatted(size));
    }
    if (start + length > keys.length) {
      long doubled = Math.min(2L * keys.length, LONGEST_ARRAY);
      keys = Arrays.copyOf(keys, (int) Math.max(doubled, start + length));
    }
    key.copyKey(keys, start);
    if (size == ends.length) {
      ends = Arrays.copyOf(ends, 2 * size);
    }
    ends[size] = start + length;
  }

  /** The number that the next key would have. */
  int end() {
    return first + size;
  }

  /** Its checksum: short, and no value of anybody's. */
  String describe(int number) {
    var crc = new CRC32C();
    int place = number - first;
    crc.update(keys, start(place), ends[place] - start(place));
    return "%08x".formatted(crc.getValue());
  }

  private int start(int place) {
    return place == 0 ? 0 : ends[place - 1];
  }

  private boolean isKey(int place, KeyHash key) {
    int start = start(place);
    return key.isKey(keys, start, ends[place] - start);
  }

  /**
   * Checksums of numbers that follow each other differ in few bits: the product's upper ones do.
   */
  private static int slot(int checksum, int mask) {
    return (checksum * MULTIPLIER) >>> Integer.numberOfLeadingZeros(mask);
  }

  private static void put(long[] slots, long entry) {
    int mask = slots.length - 1;
    int at = slot((int) (entry >>> Integer.SIZE), mask);
    while (slots[at] != 0) {
      at = (at + 1) & mask;
    }
    slots[at] = entry;
  }

  private void grow() {
    long[] larger = new long[2 * slots.length];
    for (long entry : slots) {
      if (entry != 0) {
        put(larger, entry);
      }
    }
    slots = larger;
  }
}
