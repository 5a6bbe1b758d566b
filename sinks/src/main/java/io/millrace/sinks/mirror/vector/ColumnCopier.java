package io.millrace.sinks.mirror.vector;

import io.millrace.core.MillraceException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.BufferLayout;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Copies one column, by the layout of its buffers (Arrow columnar format, "Physical Memory Layout")
 * and not by its type: which values are there is known here, the rest to what extends it.
 */
abstract class ColumnCopier implements AutoCloseable {
  private final BufferAllocator allocator;
  private final GrowingBuffer validity;
  private FieldVector[] sources = new FieldVector[1];
  private boolean[] dense = new boolean[1];
  private boolean allDense = true;
  private int rows;

  ColumnCopier(BufferAllocator allocator) {
    this.allocator = allocator;
    this.validity = new GrowingBuffer(allocator);
  }

  /**
   * A copier for vectors of a field.
   *
   * @throws MillraceException (CONFIGURATION) if nobody knows how its values lie in memory
   */
  static ColumnCopier of(Field field, BufferAllocator allocator) {
    List<Field> children = field.getChildren();
    ArrowType type =
        field.getType() instanceof ArrowType.ExtensionType e ? e.storageType() : field.getType();
    return switch (type.getTypeID()) {
      case Bool -> new BitCopier(allocator);
      case Utf8, Binary -> new VariableWidthCopier(allocator);
      case List, Map -> new ListCopier(of(children.get(0), allocator), allocator);
      case FixedSizeList ->
          new FixedSizeListCopier(
              of(children.get(0), allocator),
              ((ArrowType.FixedSizeList) type).getListSize(),
              allocator);
      case Struct ->
          new StructCopier(children.stream().map(c -> of(c, allocator)).toList(), allocator);
      case Int,
          FloatingPoint,
          Decimal,
          Date,
          Time,
          Timestamp,
          Interval,
          Duration,
          FixedSizeBinary ->
          new FixedWidthCopier(width(type), allocator);
      default ->
          throw MillraceException.configuration(
              "Cannot mirror column \"%s\": its type %s has no place in a mirror"
                  .formatted(field.getName(), type));
    };
  }

  private static int width(ArrowType type) {
    return type instanceof ArrowType.FixedSizeBinary binary
        ? binary.getByteWidth()
        : TypeLayout.getTypeLayout(type).getBufferLayouts().stream()
                .filter(layout -> layout.getType() == BufferLayout.BufferType.DATA)
                .findFirst()
                .orElseThrow()
                .getTypeBitWidth()
            / Byte.SIZE;
  }

  final FieldVector source(int source) {
    return sources[source];
  }

  final int rows() {
    return rows;
  }

  /** Says what vector a number stands for from now on; it is read only by {@link #append}. */
  void setSource(int source, FieldVector vector) {
    if (source >= sources.length) {
      int length = Math.max(source + 1, 2 * sources.length);
      sources = Arrays.copyOf(sources, length);
      dense = Arrays.copyOf(dense, length);
    }
    sources[source] = vector;
    dense[source] = vector.getNullCount() == 0;
  }

  /** Copies rows behind those that are there. */
  final void append(Runs runs) {
    appendValues(runs);
    appendValidity(runs);
    rows += runs.rows();
  }

  abstract void appendValues(Runs runs);

  private void appendValidity(Runs runs) {
    if (allDense && allDense(runs)) {
      return;
    }
    ArrowBuf to = validity.room((rows + runs.rows() + 7L) >> 3);
    if (allDense) {
      BitRuns.setOnes(to, 0, rows);
      allDense = false;
    }
    int at = rows;
    for (int run = 0; run < runs.count(); run++) {
      int length = runs.length(run);
      if (dense[runs.source(run)]) {
        BitRuns.setOnes(to, at, length);
      } else {
        ArrowBuf from = sources[runs.source(run)].getValidityBuffer();
        BitRuns.copy(from, runs.first(run), to, at, length);
      }
      at += length;
    }
  }

  private boolean allDense(Runs runs) {
    for (int run = 0; run < runs.count(); run++) {
      if (!dense[runs.source(run)]) {
        return false;
      }
    }
    return true;
  }

  /** Moves what was copied into an empty vector, and begins anew. */
  final void moveTo(FieldVector vector) {
    List<ArrowBuf> buffers = new ArrayList<>();
    try {
      int nulls = 0;
      if (allDense) {
        buffers.add(allocator.getEmpty());
      } else {
        buffers.add(validity.release((rows + 7L) >> 3));
        nulls = BitVectorHelper.getNullCount(buffers.get(0), rows);
      }
      releaseValues(buffers);
      vector.loadFieldBuffers(new ArrowFieldNode(rows, nulls), buffers);
      moveChildrenTo(vector);
    } finally {
      buffers.forEach(ArrowBuf::close);
    }
    rows = 0;
    allDense = true;
  }

  /** Adds the buffers of the values, which come after that of the validity. */
  abstract void releaseValues(List<ArrowBuf> buffers);

  void moveChildrenTo(FieldVector vector) {
    // most have none
  }

  @Override
  public void close() {
    validity.close();
  }
}
