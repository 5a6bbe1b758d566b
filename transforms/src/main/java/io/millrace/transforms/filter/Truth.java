package io.millrace.transforms.filter;

/**
 * For each row true, false or unknown: a bit of one, the other or none; 64 rows a word, the first
 * in the lowest bit. Bits beyond the last row are clear.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared as a record
record Truth(long[] yes, long[] no) {
  /** Unknown for all rows. */
  static Truth unknown(int rows) {
    int words = (rows + 63) >> 6;
    return new Truth(new long[words], new long[words]);
  }

  Truth and(Truth other) {
    for (int i = 0; i < yes.length; i++) {
      yes[i] &= other.yes[i];
      no[i] |= other.no[i];
    }
    return this;
  }

  Truth or(Truth other) {
    for (int i = 0; i < yes.length; i++) {
      yes[i] |= other.yes[i];
      no[i] &= other.no[i];
    }
    return this;
  }

  Truth not() {
    return new Truth(no, yes);
  }
}
