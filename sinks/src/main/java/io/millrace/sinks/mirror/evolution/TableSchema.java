package io.millrace.sinks.mirror.evolution;

import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** The columns that a mirror has. */
public final class TableSchema {
  private static final Set<String> TOLD =
      Set.of("_before", "_op", "_lsn", "_commit_at", "_tx", "_seq", "_unchanged");

  private TableSchema() {}

  /**
   * The table's own columns, all of them nullable, from a schema of its changes or of its snapshot:
   * the same for both as long as the table is the same.
   */
  public static Schema of(Schema rows) {
    return new Schema(
        rows.getFields().stream()
            .filter(field -> !TOLD.contains(field.getName()))
            .map(TableSchema::nullable)
            .toList());
  }

  private static Field nullable(Field field) {
    var type = new FieldType(true, field.getType(), field.getDictionary(), field.getMetadata());
    return new Field(field.getName(), type, field.getChildren());
  }
}
