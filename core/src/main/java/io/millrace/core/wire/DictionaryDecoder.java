package io.millrace.core.wire;

import static org.apache.arrow.util.Preconditions.checkArgument;

import java.util.Iterator;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.BufferLayout;
import org.apache.arrow.vector.TypeLayout;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Indices into a dictionary to the values themselves, buffer by buffer. A field's <em>places</em>
 * are where its values lie in the dictionary: a 4-byte integer each, {@link #NULL} for null. Those
 * of a list's elements follow from those of the list.
 */
final class DictionaryDecoder {
  private static final int NULL = -1;

  private final Iterator<ArrowFieldNode> fromNodes;
  private final Iterator<ArrowBuf> fromBuffers;
  private final List<ArrowFieldNode> nodes;
  private final List<ArrowBuf> buffers;
  private final DecodeMemory memory;

  /**
   * Adds to nodes and buffers, which the caller closes whatever happens.
   *
   * @param dictionary read by {@link BatchReader}, so that its counts and offsets are sound
   */
  DictionaryDecoder(
      ArrowRecordBatch dictionary,
      List<ArrowFieldNode> nodes,
      List<ArrowBuf> buffers,
      DecodeMemory memory) {
    this.fromNodes = dictionary.getNodes().iterator();
    this.fromBuffers = dictionary.getBuffers().iterator();
    this.nodes = nodes;
    this.buffers = buffers;
    this.memory = memory;
  }

  /**
   * The places that indices name; the caller closes them.
   *
   * @param validity and indices: the column's buffers, with as many values as the node says
   * @param size of the dictionary, which no index may reach
   */
  static ArrowBuf places(
      Field field,
      ArrowFieldNode node,
      ArrowBuf validity,
      ArrowBuf indices,
      int size,
      DecodeMemory memory) {
    ArrowType.Int type = field.getDictionary().getIndexType();
    int count = node.getLength();
    ArrowBuf places = zeros(bounded(field, (long) count * Integer.BYTES), memory);
    try {
      for (int i = 0; i < count; i++) {
        if (isNull(node, validity, i)) {
          places.setInt((long) i * Integer.BYTES, NULL);
          continue;
        }
        long index = index(type, indices, i);
        if (index < 0 || index >= size) {
          throw new IllegalArgumentException(
              "column %s has index %s into a dictionary of %d values"
                  .formatted(
                      field,
                      type.getIsSigned() ? Long.toString(index) : Long.toUnsignedString(index),
                      size));
        }
        places.setInt((long) i * Integer.BYTES, (int) index);
      }
      return places;
    } catch (RuntimeException e) {
      places.close();
      throw e;
    }
  }

  private static long index(ArrowType.Int type, ArrowBuf indices, long i) {
    boolean signed = type.getIsSigned();
    return switch (type.getBitWidth()) {
      case 8 -> signed ? indices.getByte(i) : Byte.toUnsignedLong(indices.getByte(i));
      case 16 -> signed ? indices.getShort(2 * i) : Short.toUnsignedLong(indices.getShort(2 * i));
      case 32 -> signed ? indices.getInt(4 * i) : Integer.toUnsignedLong(indices.getInt(4 * i));
      case 64 -> indices.getLong(8 * i);
      default -> throw new IllegalArgumentException("%s is no type of indices".formatted(type));
    };
  }

  /** As vectors see it when they are loaded: bits count where some values are null, not all. */
  private static boolean isNull(ArrowFieldNode node, ArrowBuf validity, int i) {
    return node.getNullCount() != 0
        && (node.getNullCount() == node.getLength() || BitVectorHelper.get(validity, i) == 0);
  }

  /** Adds the field's values at these places, then what is below it. */
  void add(Field field, ArrowBuf places, int count) {
    ArrowFieldNode from = fromNodes.next();
    List<BufferLayout> layouts = TypeLayout.getTypeLayout(field.getType()).getBufferLayouts();
    if (layouts.isEmpty()) { // the null type
      nodes.add(new ArrowFieldNode(count, count));
      return;
    }
    // every type of ours that has buffers begins with its validity
    try (ArrowBuf present = present(from, fromBuffers.next(), places, count)) {
      nodes.add(new ArrowFieldNode(count, addValidity(present, count)));
      ArrowBuf fromOffsets = null;
      boolean wide = false;
      long reached = 0;
      for (BufferLayout layout : layouts.subList(1, layouts.size())) {
        ArrowBuf buffer = fromBuffers.next();
        long bits = BatchReader.bits(field, layout);
        if (layout.getType() == BufferLayout.BufferType.OFFSET) {
          fromOffsets = buffer;
          wide = bits == Long.SIZE;
          reached = addOffsets(field, buffer, wide, present, count);
        } else if (fromOffsets != null) {
          addBytes(fromOffsets, wide, buffer, present, count, reached);
        } else if (bits == 1) {
          addBits(buffer, present, count);
        } else {
          addFixed(field, buffer, bits / Byte.SIZE, present, count);
        }
      }
      for (Field child : field.getChildren()) {
        if (fromOffsets != null) {
          addElements(child, fromOffsets, wide, present, count, reached);
        } else if (field.getType() instanceof ArrowType.FixedSizeList list) {
          addElements(child, list.getListSize(), present, count);
        } else {
          add(child, present, count);
        }
      }
    }
  }

  /** The places, NULL also where the dictionary's own value is null; the caller closes them. */
  private ArrowBuf present(ArrowFieldNode from, ArrowBuf validity, ArrowBuf places, int count) {
    if (from.getNullCount() == 0) {
      places.getReferenceManager().retain();
      return places;
    }
    ArrowBuf present = zeros((long) count * Integer.BYTES, memory);
    for (int i = 0; i < count; i++) {
      int place = place(places, i);
      boolean isNull = place == NULL || isNull(from, validity, place);
      present.setInt((long) i * Integer.BYTES, isNull ? NULL : place);
    }
    return present;
  }

  private static int place(ArrowBuf places, int i) {
    return places.getInt((long) i * Integer.BYTES);
  }

  /** Says how many values are null. */
  private int addValidity(ArrowBuf places, int count) {
    ArrowBuf validity = buffer((count + 7L) / Byte.SIZE);
    int nulls = 0;
    for (int i = 0; i < count; i++) {
      if (place(places, i) == NULL) {
        nulls++;
      } else {
        BitVectorHelper.setBit(validity, i);
      }
    }
    return nulls;
  }

  private void addBits(ArrowBuf from, ArrowBuf places, int count) {
    ArrowBuf bits = buffer((count + 7L) / Byte.SIZE);
    for (int i = 0; i < count; i++) {
      int place = place(places, i);
      if (place != NULL && BitVectorHelper.get(from, place) == 1) {
        BitVectorHelper.setBit(bits, i);
      }
    }
  }

  private void addFixed(Field field, ArrowBuf from, long width, ArrowBuf places, int count) {
    ArrowBuf data = buffer(bounded(field, count * width));
    for (int i = 0; i < count; i++) {
      long place = place(places, i);
      if (place == NULL) {
        continue;
      }
      switch ((int) width) {
        case Integer.BYTES -> data.setInt(i * width, from.getInt(place * width));
        case Long.BYTES -> data.setLong(i * width, from.getLong(place * width));
        default -> data.setBytes(i * width, from, place * width, width);
      }
    }
  }

  /** Says how far the offsets reach. */
  private long addOffsets(Field field, ArrowBuf from, boolean wide, ArrowBuf places, int count) {
    int width = wide ? Long.BYTES : Integer.BYTES;
    ArrowBuf offsets = buffer(bounded(field, (count + 1L) * width));
    long next = 0;
    for (int i = 0; i < count; i++) {
      int place = place(places, i);
      if (place != NULL) {
        next = bounded(field, next + offset(from, wide, place + 1L) - offset(from, wide, place));
      }
      if (wide) {
        offsets.setLong((i + 1L) * width, next);
      } else {
        offsets.setInt((i + 1L) * width, (int) next);
      }
    }
    return next;
  }

  private static long offset(ArrowBuf offsets, boolean wide, long i) {
    return wide ? offsets.getLong(i * Long.BYTES) : offsets.getInt(i * Integer.BYTES);
  }

  private void addBytes(
      ArrowBuf offsets, boolean wide, ArrowBuf from, ArrowBuf places, int count, long length) {
    ArrowBuf bytes = buffer(length);
    long next = 0;
    for (int i = 0; i < count; i++) {
      int place = place(places, i);
      if (place != NULL) {
        long start = offset(offsets, wide, place);
        long size = offset(offsets, wide, place + 1L) - start;
        bytes.setBytes(next, from, start, size);
        next += size;
      }
    }
  }

  /** Adds what the lists hold. */
  private void addElements(
      Field child, ArrowBuf offsets, boolean wide, ArrowBuf places, int count, long length) {
    try (ArrowBuf elements = zeros(bounded(child, length * Integer.BYTES), memory)) {
      int next = 0;
      for (int i = 0; i < count; i++) {
        int place = place(places, i);
        if (place != NULL) {
          long end = offset(offsets, wide, place + 1L);
          for (long k = offset(offsets, wide, place); k < end; k++, next++) {
            elements.setInt((long) next * Integer.BYTES, (int) k);
          }
        }
      }
      add(child, elements, next);
    }
  }

  /** Adds what lists of one size hold: that many elements even below a null. */
  private void addElements(Field child, int size, ArrowBuf places, int count) {
    long length = (long) count * size;
    try (ArrowBuf elements = zeros(bounded(child, length * Integer.BYTES), memory)) {
      int next = 0;
      for (int i = 0; i < count; i++) {
        int place = place(places, i);
        for (int k = 0; k < size; k++, next++) {
          elements.setInt((long) next * Integer.BYTES, place == NULL ? NULL : place * size + k);
        }
      }
      add(child, elements, next);
    }
  }

  /** A few bytes can name a large value often: no vector of ours holds 2 GiB. */
  private static long bounded(Field field, long bytes) {
    checkArgument(
        bytes >= 0 && bytes <= Integer.MAX_VALUE,
        "column %s needs %s bytes once decoded",
        field,
        bytes);
    return bytes;
  }

  private ArrowBuf buffer(long bytes) {
    ArrowBuf buffer = zeros(bytes, memory);
    buffers.add(buffer);
    return buffer;
  }

  private static ArrowBuf zeros(long bytes, DecodeMemory memory) {
    ArrowBuf buffer = memory.buffer(bytes);
    buffer.setZero(0, bytes);
    return buffer.writerIndex(bytes);
  }
}
