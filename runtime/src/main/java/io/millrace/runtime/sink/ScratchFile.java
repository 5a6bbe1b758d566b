package io.millrace.runtime.sink;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Values that were written out for want of memory; append-only. The file has no name from the
 * moment it is open (DELETE_ON_CLOSE unlinks at once on Unix), so a process that is killed leaves
 * nothing to sweep.
 */
final class ScratchFile implements AutoCloseable {
  private final FileChannel channel;
  private long end;

  /** Creates a file in the folder, and the folder if need be. */
  ScratchFile(Path folder) throws IOException {
    Files.createDirectories(folder);
    channel =
        FileChannel.open(
            folder.resolve("attempt-" + UUID.randomUUID()),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.DELETE_ON_CLOSE);
  }

  /** Appends the bytes; returns where they lie. */
  long append(ByteBuffer bytes) throws IOException {
    long position = end;
    var buffer = bytes.duplicate();
    while (buffer.hasRemaining()) {
      end += channel.write(buffer, end);
    }
    return position;
  }

  /** The bytes that lie there. */
  ByteBuffer read(long position, int length) throws IOException {
    var buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, position + buffer.position()) < 0) {
        throw new EOFException(
            "A scratch file of %d bytes ends before %d".formatted(end, position + length));
      }
    }
    return buffer.flip();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
