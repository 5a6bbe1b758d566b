package io.millrace.sinks.parquet;

import org.apache.parquet.bytes.BytesInput;

/**
 * The definition levels of a page of a flat column: which rows have a value. A nullable column's
 * levels are Arrow's validity bits as they are, in one bit-packed run, or one repeated level if no
 * row is null (parquet-format, Encodings.md, RLE/bit-packing hybrid). A required column has none.
 */
final class DefinitionLevels {
  private static final int BIT_PACKED = 1;

  private final boolean nullable;
  private final Bits bits = new Bits();

  DefinitionLevels(int maxLevel) {
    this.nullable = maxLevel > 0;
  }

  int rows() {
    return bits.size();
  }

  int nulls() {
    return bits.size() - bits.ones();
  }

  void append(Bits validity) {
    bits.append(validity);
  }

  /** The levels behind their length; valid until {@link #clear()}. */
  BytesInput encode() {
    if (!nullable) {
      return BytesInput.empty();
    }
    BytesInput header;
    BytesInput run;
    if (bits.allOnes()) {
      header = BytesInput.fromUnsignedVarInt(bits.size() << 1);
      run = BytesInput.from(new byte[] {1});
    } else {
      int groupsOfEight = bits.byteSize();
      header = BytesInput.fromUnsignedVarInt((groupsOfEight << 1) | BIT_PACKED);
      run = BytesInput.from(bits.bytes(), 0, bits.byteSize());
    }
    int length = Math.toIntExact(header.size() + run.size());
    return BytesInput.concat(BytesInput.fromInt(length), header, run);
  }

  void clear() {
    bits.clear();
  }

  long bufferedBytes() {
    return nullable ? bits.byteSize() : 0;
  }
}
