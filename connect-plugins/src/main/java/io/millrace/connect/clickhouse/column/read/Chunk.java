package io.millrace.connect.clickhouse.column.read;

import java.io.IOException;
import java.io.InputStream;

/** A piece of an answer, in a buffer that is used again. */
final class Chunk {
  /** Room before the piece, for what is left of the one before. */
  static final int HEAD = 4 << 10;

  /** The most bytes of a piece. */
  static final int SIZE = 256 << 10;

  /** Eight bytes can be read from wherever one may. */
  static final int SLACK = Long.BYTES;

  private final byte[] bytes = new byte[HEAD + SIZE + SLACK];
  private int length;

  /** Reads what comes next of a stream; says whether there is more. */
  boolean fill(InputStream in) throws IOException {
    length = 0;
    length = Math.max(0, in.read(bytes, HEAD, SIZE));
    return length > 0;
  }

  /** The same with all that comes without waiting; what came before a failure stays. */
  boolean fillWithAllThatIsThere(InputStream in) throws IOException {
    boolean more = fill(in);
    while (more && length < SIZE && in.available() > 0) {
      int read = in.read(bytes, HEAD + length, SIZE - length);
      more = read > 0;
      length += Math.max(0, read);
    }
    return length > 0;
  }

  /** The buffer: the piece begins at {@link #HEAD}. */
  byte[] bytes() {
    return bytes;
  }

  /** How many bytes the piece has. */
  int length() {
    return length;
  }
}
