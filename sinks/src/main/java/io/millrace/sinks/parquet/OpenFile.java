package io.millrace.sinks.parquet;

import java.io.IOException;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * The file being written: opened at once, closed exactly once, its length known afterwards.
 *
 * <p>parquet-java leaves the stream open after an error, hence this owner.
 */
final class OpenFile implements OutputFile, AutoCloseable {
  private final OutputFile file;
  private final PositionOutputStream stream;
  private boolean closed;
  private long length;

  OpenFile(OutputFile file) throws IOException {
    this.file = file;
    this.stream = file.create(file.supportsBlockSize() ? file.defaultBlockSize() : 0);
  }

  /** Bytes written; complete once the file is closed. */
  long length() {
    return length;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      length = stream.getPos();
      stream.close();
    }
  }

  @Override
  public PositionOutputStream create(long blockSize) {
    return new Stream();
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSize) {
    throw new UnsupportedOperationException("A file is written once: " + file.getPath());
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }

  @Override
  public String getPath() {
    return file.getPath();
  }

  private final class Stream extends PositionOutputStream {
    @Override
    public long getPos() throws IOException {
      return stream.getPos();
    }

    @Override
    public void write(int b) throws IOException {
      stream.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      stream.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      stream.flush();
    }

    @Override
    public void close() throws IOException {
      OpenFile.this.close();
    }
  }
}
