package io.millrace.connect.clickhouse.column.read;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Reads a stream, on a thread of its own, a few pieces ahead of whoever decodes it: so the server
 * sends, and the client uncompresses, while blocks are decoded and encoded.
 */
public final class ReadAhead extends Chunks implements AutoCloseable {
  private static final int CHUNKS = 4;

  /** Stands behind the last piece. */
  private static final Chunk END = new Chunk();

  private final BlockingQueue<Chunk> free = new LinkedBlockingQueue<>();
  private final BlockingQueue<Chunk> filled = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile IOException failure;
  private volatile boolean closed;

  /** Begins to read the stream, which stays its owner's to close, after this. */
  public ReadAhead(InputStream in) {
    for (int i = 0; i < CHUNKS; i++) {
      free.add(new Chunk());
    }
    thread = new Thread(() -> read(in), Thread.currentThread().getName() + "-ahead");
    thread.setDaemon(true);
    thread.start();
  }

  private void read(InputStream in) {
    try {
      while (!closed && readOne(free.take(), in)) {
        // there may be more
      }
    } catch (IOException e) {
      failure = e;
    } catch (InterruptedException e) {
      // closed: nobody reads any more
    } catch (RuntimeException | Error e) {
      failure = new IOException(e.getMessage(), e);
    } finally {
      filled.add(END);
    }
  }

  private boolean readOne(Chunk chunk, InputStream in) throws IOException {
    try {
      return chunk.fillWithAllThatIsThere(in);
    } finally {
      if (chunk.length() > 0) {
        filled.add(chunk);
      }
    }
  }

  @Override
  Chunk next() throws IOException {
    Chunk chunk;
    try {
      chunk = filled.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
    if (chunk != END) {
      return chunk;
    }
    filled.add(END);
    if (failure != null) {
      throw new IOException(failure.getMessage(), failure);
    }
    return null;
  }

  @Override
  void free(Chunk chunk) {
    free.add(chunk);
  }

  /** Whether its thread is at work. */
  boolean isReading() {
    return thread.isAlive();
  }

  /** Reads no further; a piece that is being read comes, or fails when the stream is closed. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
