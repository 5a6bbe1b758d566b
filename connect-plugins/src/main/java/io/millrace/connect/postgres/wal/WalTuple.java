package io.millrace.connect.postgres.wal;

import java.util.Arrays;

/**
 * A row as it lies in a message (PostgreSQL manual, Logical Replication Message Formats,
 * TupleData): for each column its kind, and for a value where its int32 length stands, which its
 * bytes follow. One object is used for every row.
 */
public final class WalTuple {
  /** NULL. */
  public static final byte NULL = 'n';

  /** A TOASTed value that the update left as it was; it is not sent. */
  public static final byte UNCHANGED = 'u';

  /** The text of the type's output function. */
  public static final byte TEXT = 't';

  /** The bytes of the type's send function. */
  public static final byte BINARY = 'b';

  private byte[] message = {};
  private byte[] kinds = new byte[64];
  private int[] places = new int[64];
  private int columns;
  private int length;
  private boolean present;
  private boolean keyOnly;

  /** Reads a tuple's columns, whose count comes next. */
  void read(MessageBytes from) {
    message = from.bytes();
    int start = from.place();
    columns = from.int16();
    if (columns < 0) {
      throw from.malformed("a tuple of %d columns".formatted(columns));
    }
    if (columns > kinds.length) {
      kinds = Arrays.copyOf(kinds, columns);
      places = Arrays.copyOf(places, columns);
    }
    for (int column = 0; column < columns; column++) {
      byte kind = from.int8();
      kinds[column] = kind;
      switch (kind) {
        case NULL, UNCHANGED -> places[column] = -1;
        case TEXT, BINARY -> {
          places[column] = from.place();
          from.skipValue();
        }
        default -> throw from.malformed("a column of the unknown kind %d".formatted(kind));
      }
    }
    length = from.place() - start;
    present = true;
    keyOnly = false;
  }

  /** Reads an old row that consists of the identity's columns; the others stand as NULL. */
  void readKey(MessageBytes from) {
    read(from);
    keyOnly = true;
  }

  void clear() {
    present = false;
    columns = 0;
    length = 0;
  }

  /** Whether there is a row at all. */
  public boolean isPresent() {
    return present;
  }

  /** Whether only the columns of the identity were sent, the others standing as NULL. */
  public boolean isKeyOnly() {
    return keyOnly;
  }

  /** Whether a value of a column was sent, and it is not NULL. */
  boolean hasValue(int column) {
    return present && places[column] >= 0;
  }

  /** How many bytes it takes in its message. */
  int length() {
    return length;
  }

  /** How many columns it has. */
  public int columns() {
    return columns;
  }

  /** {@link #NULL}, {@link #UNCHANGED}, {@link #TEXT} or {@link #BINARY}. */
  public byte kind(int column) {
    return kinds[column];
  }

  /** Where a value's int32 length stands in {@link #message}. */
  public int place(int column) {
    return places[column];
  }

  /** The message it lies in. */
  public byte[] message() {
    return message;
  }
}
