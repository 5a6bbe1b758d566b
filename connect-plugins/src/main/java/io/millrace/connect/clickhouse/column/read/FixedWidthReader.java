package io.millrace.connect.clickhouse.column.read;

import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;

/**
 * Values of one width in the answer, and one at least as large in the vector: copied in bulk, and
 * where they are not the same, turned in place.
 */
public class FixedWidthReader extends ValueReader {
  /** How much is allocated before the first byte has arrived; twice as much after each filling. */
  private static final int FIRST_BYTES = 1 << 20;

  private static final int FIRST_ROWS = 1 << 16;

  private final BaseFixedWidthVector vector;
  private final int wireWidth;
  private final int width;

  /** A reader of values that are the same in the answer and in the vector. */
  public FixedWidthReader(FieldVector vector) {
    this(vector, ((BaseFixedWidthVector) vector).getTypeWidth());
  }

  /** A reader of values of so many bytes each, which {@link #convert} turns. */
  protected FixedWidthReader(FieldVector vector, int wireWidth) {
    this.vector = (BaseFixedWidthVector) vector;
    this.wireWidth = wireWidth;
    this.width = this.vector.getTypeWidth();
  }

  @Override
  public final FieldVector vector() {
    return vector;
  }

  /** Where values lie. */
  protected record Span(long wire, long slots, int first, int count, NullMap nulls) {
    /** Whether the value at this place of the span is NULL. */
    public boolean isNull(int i) {
      return nulls.isNull(first + i);
    }

    /** A value at this place of the span that the vector cannot hold. */
    public UnreadableBlock unrepresentable(int i, String reason) {
      return UnreadableBlock.unrepresentable(first + i, reason);
    }
  }

  /**
   * Turns what lies at {@code wire} into what belongs to {@code slots}. The last bytes of both are
   * the same, so that turning them one after the other overwrites nothing.
   */
  protected void convert(Span span) {}

  @Override
  public final void read(NativeInput in, int count, NullMap nulls) {
    in.claim((long) count * (width - wireWidth));
    int done = 0;
    while (done < count) {
      makeRoom(done, count);
      int piece = Math.min(count, vector.getValueCapacity()) - done;
      long slots = vector.getDataBufferAddress() + (long) done * width;
      long wire = slots + (long) piece * (width - wireWidth);
      in.copyTo(wire, (long) piece * wireWidth);
      convert(new Span(wire, slots, done, piece, nulls));
      done += piece;
    }
    if (count > 0) {
      nulls.writeTo(vector.getValidityBufferAddress(), count);
    }
    vector.setValueCount(count);
  }

  private void makeRoom(int done, int count) {
    if (vector.getValueCapacity() == 0) {
      vector.allocateNew(Math.min(count, Math.max(1, Math.min(FIRST_ROWS, FIRST_BYTES / width))));
    } else if (done == vector.getValueCapacity()) {
      vector.reAlloc();
    }
  }
}
