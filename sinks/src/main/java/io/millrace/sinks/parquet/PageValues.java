package io.millrace.sinks.parquet;

import java.util.Optional;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.statistics.Statistics;

/**
 * The values of one column, page by page. Nulls take no room among the values; they are known from
 * the definition levels. One object serves all pages of a column of a file.
 */
interface PageValues {
  /**
   * The values of a page as they go into the file.
   *
   * @param byteArrayBytes what the values of a BINARY column measure without their lengths, else 0
   */
  record Encoded(BytesInput bytes, Encoding encoding, long byteArrayBytes) {}

  /**
   * How many of the positions [from, to) surely begin before the page has reached its size: at
   * least one as long as it is not {@link #full()}. Nulls may be taken for values, so that one may
   * have to ask again.
   */
  int fit(FieldVector vector, int from, int to);

  /** Whether the page has reached its size. */
  boolean full();

  /** Adds the values at those positions [from, from + validity.size()) that are valid. */
  void append(FieldVector vector, int from, Bits validity);

  /** Ends the page: its bytes, valid until {@link #clear()}, and its least and greatest value. */
  Encoded encode(Statistics<?> statistics);

  /** Adds a hash of each value of the page that {@link #encode} has ended. */
  default void hash(ValueHashes hashes) {}

  /** Begins the next page. */
  void clear();

  /** Bytes held in memory for pages not yet encoded, and for a dictionary. */
  long bufferedBytes();

  /** Begins the next column chunk. */
  default void startChunk() {}

  /** The dictionary of the chunk, if one of its pages refers to it. */
  default Optional<DictionaryPage> dictionary() {
    return Optional.empty();
  }

  /** Bytes of variable width at the positions [from, to). */
  default long variableBytes(FieldVector vector, int from, int to) {
    return 0;
  }
}
