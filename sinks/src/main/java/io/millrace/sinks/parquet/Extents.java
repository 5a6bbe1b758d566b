package io.millrace.sinks.parquet;

import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Where the elements of a run of lists begin and end in the list vector's data. */
interface Extents {
  /** Turns to the lists at [from, to) of a vector; list 0 is the one at {@code from}. */
  void read(FieldVector lists, int from, int to);

  /** Where list {@code index} of the run begins, and the one before it ends. */
  long at(int index);

  /** Of the lists of an Arrow type. */
  static Extents of(ArrowType type) {
    return switch (type.getTypeID()) {
      case LargeList -> Offsets.ofLongs();
      case FixedSizeList -> new Fixed(((ArrowType.FixedSizeList) type).getListSize());
      default -> Offsets.ofInts();
    };
  }

  /** Lists of one length, which have no offsets. */
  final class Fixed implements Extents {
    private final int length;
    private long first;

    private Fixed(int length) {
      this.length = length;
    }

    @Override
    public void read(FieldVector lists, int from, int to) {
      first = from;
    }

    @Override
    public long at(int index) {
      return (first + index) * length;
    }
  }
}
