package io.millrace.sinks.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** A staged file, written in place: its name is its writer's alone. */
final class LocalStagedStream extends StagedStream {
  /** No write is larger, so that the direct buffer the JDK keeps per thread stays small. */
  private static final int CHUNK = 1 << 16;

  private final Path file;
  private final Path root;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK);

  LocalStagedStream(Path file, Path root, FileChannel channel) {
    this.file = file;
    this.root = root;
    this.channel = channel;
  }

  @Override
  protected void put(byte[] bytes, int offset, int length) {
    try {
      for (int done = 0; done < length; ) {
        int n = Math.min(length - done, buffer.remaining());
        buffer.put(bytes, offset + done, n);
        done += n;
        if (!buffer.hasRemaining()) {
          drain();
        }
      }
    } catch (IOException e) {
      throw LocalFailure.of("write", file, e);
    }
  }

  private void drain() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  @Override
  protected void complete() {
    try (channel) {
      drain();
      channel.force(true);
      Folders.sync(file.getParent());
    } catch (IOException e) {
      throw LocalFailure.of("write", file, e);
    }
  }

  @Override
  protected void discard() {
    try (channel) {
      Files.deleteIfExists(file);
      Folders.prune(file.getParent(), root);
    } catch (IOException e) {
      throw LocalFailure.of("delete", file, e);
    }
  }
}
