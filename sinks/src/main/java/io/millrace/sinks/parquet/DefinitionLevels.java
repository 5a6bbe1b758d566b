package io.millrace.sinks.parquet;

import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.statistics.SizeStatistics;

/**
 * The definition levels of a page of a flat column: which rows have a value. A nullable column's
 * levels are Arrow's validity bits as they are, in one bit-packed run, or one repeated level if no
 * row is null (parquet-format, Encodings.md, RLE/bit-packing hybrid). A required column has none.
 */
final class DefinitionLevels implements Levels {
  private static final int BIT_PACKED = 1;

  private final boolean nullable;
  private final Bits bits = new Bits();

  DefinitionLevels(boolean nullable) {
    this.nullable = nullable;
  }

  @Override
  public int rows() {
    return bits.size();
  }

  @Override
  public int entries() {
    return bits.size();
  }

  @Override
  public int nulls() {
    return bits.size() - bits.ones();
  }

  void append(Bits validity) {
    bits.append(validity);
  }

  @Override
  public BytesInput encode() {
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

  @Override
  public SizeStatistics sizes(ColumnDescriptor column, long byteArrayBytes) {
    return new SizeStatistics(column.getPrimitiveType(), byteArrayBytes, null, null);
  }

  @Override
  public void clear() {
    bits.clear();
  }

  @Override
  public long bufferedBytes() {
    return nullable ? bits.byteSize() : 0;
  }
}
