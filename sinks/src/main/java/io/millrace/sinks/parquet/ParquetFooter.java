package io.millrace.sinks.parquet;

import io.millrace.core.MillraceException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.IntFunction;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.Util;

/** What a Parquet file says of itself at its end. */
public final class ParquetFooter {
  /** Length of the footer and the magic bytes. */
  private static final int TAIL = 8;

  private ParquetFooter() {}

  /**
   * The number of rows in a file.
   *
   * @param tail gives the file's last bytes, as many as asked for
   * @throws MillraceException (DATA) if they are not those of a Parquet file
   */
  public static long rows(IntFunction<byte[]> tail) {
    var end = ByteBuffer.wrap(tail.apply(TAIL)).order(ByteOrder.LITTLE_ENDIAN);
    try {
      int length = end.getInt();
      byte[] footer = tail.apply(Math.addExact(length, TAIL));
      FileMetaData metadata = Util.readFileMetaData(new ByteArrayInputStream(footer, 0, length));
      return metadata.getNum_rows();
    } catch (IOException | RuntimeException e) {
      throw MillraceException.lasting(
          MillraceException.Category.DATA, "Cannot read the footer of a Parquet file: " + e, e);
    }
  }
}
