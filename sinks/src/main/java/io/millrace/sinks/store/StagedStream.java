package io.millrace.sinks.store;

import java.io.OutputStream;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * One large object on its way into a store: write, then {@link #finish} makes it whole and durable;
 * closed without that it is gone. For one thread at a time. Throws {@link
 * io.millrace.core.MillraceException} (TARGET), never IOException.
 */
public abstract class StagedStream extends OutputStream {
  /**
   * What was stored.
   *
   * @param bytes the length
   * @param checksum CRC32C of the bytes, 8 hex digits
   */
  public record Stored(long bytes, String checksum) {}

  private final CRC32C checksum = new CRC32C();
  private long position;
  private boolean finished;

  /** Takes the bytes towards the store; the array is the caller's again on return. */
  protected abstract void put(byte[] bytes, int offset, int length);

  /** Makes all bytes durable under the object's name. */
  protected abstract void complete();

  /** Gives the object up and takes away what is there of it; does nothing if it was given up. */
  protected abstract void discard();

  /** How many bytes were written. */
  public final long position() {
    return position;
  }

  @Override
  public final void write(byte[] bytes, int offset, int length) {
    put(bytes, offset, length);
    checksum.update(bytes, offset, length);
    position += length;
  }

  @Override
  public final void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /** Makes the object whole and durable; nothing can be written afterwards. */
  public final Stored finish() {
    complete();
    finished = true;
    return new Stored(position, HexFormat.of().toHexDigits((int) checksum.getValue()));
  }

  /** Takes away what was written unless {@link #finish} succeeded. */
  @Override
  public final void close() {
    if (!finished) {
      discard();
    }
  }
}
