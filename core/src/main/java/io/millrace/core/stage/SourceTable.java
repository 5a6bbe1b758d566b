package io.millrace.core.stage;

import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One table as a source would publish it.
 *
 * @param stream the stream's name
 * @param name the table's name at the source
 * @param schema the Arrow schema of its batches; the source's own type names are in the fields'
 *     metadata under {@link #SOURCE_TYPE}, what does not come whole under {@link #NOTE}
 * @param changesOrNull the same of the batches of its changes; null if they are not read
 * @param estimatedRows the source's estimate, -1 if it has none
 */
public record SourceTable(
    String stream, String name, Schema schema, Schema changesOrNull, long estimatedRows) {
  /** Key of the field metadata that holds the source's own name of a column's type. */
  public static final String SOURCE_TYPE = "millrace.source-type";

  /**
   * Key of the field metadata that says what of a column is lost, or which of its values cannot be
   * represented: a sentence without a full stop, such as {@code NaN cannot be represented}. May be
   * on fields within others too; absent where every value comes as it is.
   */
  public static final String NOTE = "millrace.note";

  /** A table whose changes are not read. */
  public SourceTable(String stream, String name, Schema schema, long estimatedRows) {
    this(stream, name, schema, null, estimatedRows);
  }
}
