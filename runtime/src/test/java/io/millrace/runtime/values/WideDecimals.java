package io.millrace.runtime.values;

import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Table;
import io.millrace.sinks.parquet.ParquetFile;
import io.millrace.sinks.parquet.ParquetSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;

/** Two columns of decimals as parquet-java reads them: one alone, one in lists. */
final class WideDecimals {
  private WideDecimals() {}

  static List<List<String>> of(Path file, Table table) throws IOException {
    MessageType schema = ParquetSchema.of(ColumnType.schema(table, Unrepresentable.ERROR));
    var type = (DecimalLogicalTypeAnnotation) schema.getType(0).getLogicalTypeAnnotation();
    var rows = new ArrayList<List<String>>();
    for (Group row : new ParquetFile(file, schema).rows()) {
      rows.add(Arrays.asList(value(row, 0, type.getScale()), list(row, 1, type.getScale())));
    }
    return rows;
  }

  private static String value(Group group, int field, int scale) {
    return group.getFieldRepetitionCount(field) == 0
        ? null
        : new BigDecimal(new BigInteger(group.getBinary(field, 0).getBytes()), scale)
            .toPlainString();
  }

  private static String list(Group row, int field, int scale) {
    if (row.getFieldRepetitionCount(field) == 0) {
      return null;
    }
    Group list = row.getGroup(field, 0);
    var texts = new StringJoiner("|", "[", "]");
    for (int i = 0; i < list.getFieldRepetitionCount(0); i++) {
      String text = value(list.getGroup(0, i), 0, scale);
      texts.add(text == null ? "~" : "=" + text);
    }
    return texts.toString();
  }
}
