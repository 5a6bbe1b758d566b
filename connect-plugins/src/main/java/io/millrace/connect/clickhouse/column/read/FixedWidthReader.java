package io.millrace.connect.clickhouse.column.read;

import java.util.BitSet;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVectorHelper;
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
  private final Unrepresentable policy;
  private final BitSet replaced = new BitSet();
  private final int wireWidth;
  private final int width;

  /** A reader of values that are the same in the answer and in the vector. */
  public FixedWidthReader(FieldVector vector) {
    this(vector, ((BaseFixedWidthVector) vector).getTypeWidth());
  }

  /** A reader of values of so many bytes each, which {@link #convert} turns. */
  protected FixedWidthReader(FieldVector vector, int wireWidth) {
    this(vector, wireWidth, Unrepresentable.ERROR);
  }

  /**
   * The same, where {@link #convert} may meet values without a place.
   *
   * @param policy what becomes of these
   */
  protected FixedWidthReader(FieldVector vector, int wireWidth, Unrepresentable policy) {
    this.vector = (BaseFixedWidthVector) vector;
    this.policy = policy;
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
  }

  /** Lets NULL take the place of a value that the vector cannot hold, if it may. */
  protected final void replace(Span span, int i, String reason) {
    policy.refuseIfError(span.first() + i, reason);
    replaced.set(span.first() + i);
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
      replaced.stream().forEach(row -> BitVectorHelper.unsetBit(vector.getValidityBuffer(), row));
      replaced.clear();
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
