package io.millrace.connect.clickhouse.block;

import io.millrace.connect.clickhouse.column.ColumnType;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/** The rows of one answer, block by block. */
public interface Blocks extends AutoCloseable {
  /**
   * Reads the next block that has rows.
   *
   * @return whether there was one; if not, the answer has ended where it may
   * @throws io.millrace.core.MillraceException (SOURCE) if the answer ended elsewhere or holds the
   *     server's own words of an exception; (DATA) if it is no block of these columns, takes too
   *     much memory, or a value has no place in its Arrow type
   */
  boolean next();

  /**
   * The rows of the block read last, until the next one is read. They stay the reader's to close.
   * Columns of few values may be dictionary-encoded, in one block and not in the next; once decoded
   * they are those of {@link ColumnType#schema}.
   */
  VectorSchemaRoot rows();

  /** The dictionaries that {@link #rows} refers to. */
  DictionaryProvider dictionaries();

  /** How many rows all blocks so far had. */
  long rowCount();

  /** How many bytes the rows take in their vectors. */
  default long vectorBytes() {
    return rows().getFieldVectors().stream().mapToLong(FieldVector::getBufferSize).sum();
  }

  @Override
  void close();
}
