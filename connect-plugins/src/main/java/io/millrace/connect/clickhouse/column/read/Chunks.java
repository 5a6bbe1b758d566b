package io.millrace.connect.clickhouse.column.read;

import java.io.IOException;
import java.io.InputStream;

/** The pieces of an answer, in their order; for one thread. */
abstract sealed class Chunks permits Chunks.AsAsked, ReadAhead {
  /** The next piece; null at the end. */
  abstract Chunk next() throws IOException;

  /** Nobody uses the piece any more. */
  abstract void free(Chunk chunk);

  /** Reads a piece of a stream when it is asked for. */
  static final class AsAsked extends Chunks {
    private final InputStream in;

    /** The one that nobody uses; null if there is none. */
    private Chunk spare;

    AsAsked(InputStream in) {
      this.in = in;
    }

    @Override
    Chunk next() throws IOException {
      Chunk chunk = spare == null ? new Chunk() : spare;
      spare = null;
      if (chunk.fill(in)) {
        return chunk;
      }
      spare = chunk;
      return null;
    }

    @Override
    void free(Chunk chunk) {
      spare = chunk;
    }
  }
}
