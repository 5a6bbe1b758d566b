package io.millrace.sinks.parquet;

import io.millrace.core.MillraceException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.schema.ColumnOrder;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** Arrow schemas as Parquet schemas, with the logical types that readers look for. */
public final class ParquetSchema {
  private ParquetSchema() {}

  /**
   * The schema a file of these columns gets: nullable fields optional, others required, field ids 1
   * to n by position.
   *
   * @throws MillraceException if there is no column, a name occurs twice, or a type has no Parquet
   *     form; the message names the field
   */
  public static MessageType of(Schema schema) {
    List<Field> fields = schema.getFields();
    if (fields.isEmpty()) {
      throw MillraceException.data("Cannot write a Parquet file without columns");
    }
    Types.MessageTypeBuilder message = Types.buildMessage();
    Set<String> names = new HashSet<>();
    for (Field field : fields) {
      if (!names.add(field.getName())) {
        throw MillraceException.data(
            "Cannot write two columns named \"%s\": rename one of them".formatted(field.getName()));
      }
      message.addField(column(field, names.size()));
    }
    return message.named("schema");
  }

  /**
   * parquet-java 1.18 would order floating point by IEEE 754, said in the footer in a way that
   * older readers refuse together with the whole file (Polars 1.41: pola-rs/polars#27893).
   */
  private static PrimitiveType column(Field field, int id) {
    ColumnType type = ColumnType.of(field);
    return Types.primitive(
            type.physical(), field.isNullable() ? Repetition.OPTIONAL : Repetition.REQUIRED)
        .length(type.length())
        .as(type.logical())
        .columnOrder(ColumnOrder.typeDefined())
        .id(id)
        .named(field.getName());
  }
}
