package io.millrace.connect.postgres.column.append;

import io.millrace.core.MillraceException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A few tuples of COPY BINARY, each with the place its next field begins at. Small enough to stay
 * in the processor's cache while one column after the other walks down it. The elements of arrays
 * and the fields of composites lie in the same bytes and look the same (length, bytes), so that one
 * more chunk over them feeds the appender of what is inside.
 */
public final class TupleChunk {
  private static final int MOST_TUPLES = 256;
  private static final int ENOUGH_BYTES = 64 << 10;

  private static final byte[] NULL = {-1, -1, -1, -1};

  private static final VarHandle INT16 = bigEndian(short[].class);
  private static final VarHandle INT32 = bigEndian(int[].class);
  private static final VarHandle INT64 = bigEndian(long[].class);

  private byte[][] tuples = new byte[MOST_TUPLES][];
  private int[] places = new int[MOST_TUPLES];
  private int[] starts = new int[MOST_TUPLES];
  private int count;
  private long bytes;

  private static VarHandle bigEndian(Class<?> arrayType) {
    return MethodHandles.byteArrayViewVarHandle(arrayType, ByteOrder.BIG_ENDIAN);
  }

  /** A big-endian int16 anywhere in a message. */
  public static short int16(byte[] message, int at) {
    return (short) INT16.get(message, at);
  }

  /** A big-endian int32 anywhere in a message. */
  public static int int32(byte[] message, int at) {
    return (int) INT32.get(message, at);
  }

  /** A big-endian int64 anywhere in a message. */
  public static long int64(byte[] message, int at) {
    return (long) INT64.get(message, at);
  }

  /** Adds a tuple whose first field begins at {@code at}. */
  public void add(byte[] tuple, int at) {
    if (count == tuples.length) {
      tuples = Arrays.copyOf(tuples, 2 * count);
      places = Arrays.copyOf(places, 2 * count);
      starts = Arrays.copyOf(starts, 2 * count);
    }
    tuples[count] = tuple;
    places[count] = at;
    starts[count] = at;
    count++;
    bytes += tuple.length;
  }

  /** Adds a tuple whose only field is NULL. */
  public void addNull() {
    add(NULL, 0);
  }

  /** Whether it must be appended and cleared before the next tuple comes. */
  public boolean isFull() {
    return count == MOST_TUPLES || bytes >= ENOUGH_BYTES;
  }

  /** How many tuples it holds. */
  public int count() {
    return count;
  }

  /** Forgets all tuples. */
  public void clear() {
    Arrays.fill(tuples, 0, count, null);
    count = 0;
    bytes = 0;
  }

  /**
   * Makes sure that the columns have consumed every tuple to its end.
   *
   * @throws MillraceException (DATA) if bytes are left
   */
  public void requireConsumed() {
    for (int i = 0; i < count; i++) {
      if (places[i] != tuples[i].length) {
        throw MillraceException.data(
            "Cannot read a tuple of %d bytes: its fields end at byte %d"
                .formatted(tuples[i].length, places[i]));
      }
    }
  }

  /** Length of the tuple's next field, -1 for NULL; moves on to its bytes. */
  public int nextLength(int tuple) {
    int at = places[tuple];
    places[tuple] = at + Integer.BYTES;
    return (int) INT32.get(tuples[tuple], at);
  }

  /** The byte that comes next in a tuple; moves past it, as the others do. */
  public byte nextByte(int tuple) {
    return tuples[tuple][places[tuple]++];
  }

  /** The big-endian int16 that comes next. */
  public short nextInt16(int tuple) {
    int at = places[tuple];
    places[tuple] = at + Short.BYTES;
    return (short) INT16.get(tuples[tuple], at);
  }

  /** The big-endian int32 that comes next. */
  public int nextInt32(int tuple) {
    int at = places[tuple];
    places[tuple] = at + Integer.BYTES;
    return (int) INT32.get(tuples[tuple], at);
  }

  /** The big-endian int64 that comes next. */
  public long nextInt64(int tuple) {
    int at = places[tuple];
    places[tuple] = at + Long.BYTES;
    return (long) INT64.get(tuples[tuple], at);
  }

  /** Where the first field of a tuple begins. */
  public int start(int tuple) {
    return starts[tuple];
  }

  /** The bytes of a tuple. */
  public byte[] tuple(int tuple) {
    return tuples[tuple];
  }

  /**
   * The place of the next {@code length} bytes; moves past them.
   *
   * @throws IndexOutOfBoundsException if the tuple has not so many
   */
  public int next(int tuple, int length) {
    int at = places[tuple];
    if (length < 0 || at > tuples[tuple].length - length) {
      throw new IndexOutOfBoundsException(
          "%d bytes at %d of %d".formatted(length, at, tuples[tuple].length));
    }
    places[tuple] = at + length;
    return at;
  }
}
