package io.millrace.sinks.parquet;

import java.util.Arrays;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.column.values.bloomfilter.BloomFilter;
import org.apache.parquet.io.api.Binary;

/**
 * The hashes of a chunk's values, held until it ends: only then is it known how many distinct ones
 * the Bloom filter has to tell apart.
 */
final class ValueHashes {
  /** Its hash functions are wanted, not its bits: the one of bytes fits all types' PLAIN form. */
  private final BloomFilter hash =
      new BlockSplitBloomFilter(BlockSplitBloomFilter.LOWER_BOUND_BYTES);

  private final double falsePositives;
  private long[] hashes = new long[1024];
  private int size;

  /** For filters that say "maybe" of this share of absent values. */
  ValueHashes(double falsePositives) {
    this.falsePositives = falsePositives;
  }

  /** Adds the value whose PLAIN bytes, without a length, these are. */
  void add(byte[] plain, int from, int length) {
    if (size == hashes.length) {
      hashes = Arrays.copyOf(hashes, 2 * size);
    }
    hashes[size++] = hash.hash(Binary.fromConstantByteArray(plain, from, length));
  }

  /** The filter of all values since the last one. */
  BloomFilter filter() {
    Arrays.sort(hashes, 0, size);
    int distinct = 0;
    for (int i = 0; i < size; i++) {
      if (i == 0 || hashes[i] != hashes[i - 1]) {
        hashes[distinct++] = hashes[i];
      }
    }
    int bits = BlockSplitBloomFilter.optimalNumOfBits(Math.max(1, distinct), falsePositives);
    var filter = new BlockSplitBloomFilter(bits / Byte.SIZE);
    for (int i = 0; i < distinct; i++) {
      filter.insertHash(hashes[i]);
    }
    size = 0;
    return filter;
  }
}
