package io.millrace.sinks.files;

import io.millrace.sinks.store.StagedStream;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;

/**
 * A staged object as parquet-java writes to it. Closing it leaves the object alone: whether it is
 * finished or given up is the session's to say.
 */
final class StagedOutputFile implements OutputFile {
  private final StagedStream stream;

  StagedOutputFile(StagedStream stream) {
    this.stream = stream;
  }

  @Override
  public PositionOutputStream create(long blockSizeHint) {
    return new PositionOutputStream() {
      @Override
      public long getPos() {
        return stream.position();
      }

      @Override
      public void write(int b) {
        stream.write(b);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        stream.write(bytes, offset, length);
      }
    };
  }

  @Override
  public PositionOutputStream createOrOverwrite(long blockSizeHint) {
    return create(blockSizeHint);
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
