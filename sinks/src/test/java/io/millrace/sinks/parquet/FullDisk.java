package io.millrace.sinks.parquet;

import java.io.IOException;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/** A file that takes so many bytes and then fails, and counts how often it is closed. */
final class FullDisk implements OutputFile {
  private final int room;
  int closed;

  FullDisk(int room) {
    this.room = room;
  }

  @Override
  public PositionOutputStream create(long blockSize) {
    return new PositionOutputStream() {
      private long position;

      @Override
      public long getPos() {
        return position;
      }

      @Override
      public void write(int b) throws IOException {
        if (++position > room) {
          throw new IOException("No space left on device");
        }
      }

      @Override
      public void close() {
        closed++;
      }
    };
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSize) {
    return create(blockSize);
  }

  @Override
  public boolean supportsBlockSize() {
    return false;
  }

  @Override
  public long defaultBlockSize() {
    return 0;
  }
}
