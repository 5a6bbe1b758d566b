package io.millrace.core.stage;

import org.apache.arrow.vector.types.pojo.Schema;

/**
 * One table as a source would publish it.
 *
 * @param stream the stream's name
 * @param name the table's name at the source
 * @param schema the Arrow schema of its batches; the source's own type names are in the fields'
 *     metadata under {@link #SOURCE_TYPE}
 * @param estimatedRows the source's estimate, -1 if it has none
 */
public record SourceTable(String stream, String name, Schema schema, long estimatedRows) {
  /** Key of the field metadata that holds the source's own name of a column's type. */
  public static final String SOURCE_TYPE = "millrace.source-type";
}
