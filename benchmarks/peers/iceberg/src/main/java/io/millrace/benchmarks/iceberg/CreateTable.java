package io.millrace.benchmarks.iceberg;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.iceberg.PartitionSpec;
import org.apache.iceberg.Schema;
import org.apache.iceberg.catalog.Namespace;
import org.apache.iceberg.catalog.TableIdentifier;
import org.apache.iceberg.hadoop.HadoopCatalog;
import org.apache.iceberg.types.Types;

/**
 * Creates a table in a warehouse folder. Usage: {@code CreateTable WAREHOUSE TABLE NAME=TYPE...},
 * with Iceberg's own words for types.
 */
public final class CreateTable {
  private static final Namespace NAMESPACE = Namespace.of("benchmarks");

  private CreateTable() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    try (var catalog = new HadoopCatalog(new Configuration(), args[0])) {
      catalog.createNamespace(NAMESPACE);
      List<Types.NestedField> columns = new ArrayList<>();
      for (int i = 2; i < args.length; i++) {
        String[] column = args[i].split("=", 2);
        columns.add(
            Types.NestedField.optional(i - 1, column[0], Types.fromPrimitiveString(column[1])));
      }
      catalog.createTable(
          TableIdentifier.of(NAMESPACE, args[1]),
          new Schema(columns),
          PartitionSpec.unpartitioned(),
          Map.of("format-version", "2", "write.parquet.compression-codec", "zstd"));
    }
  }
}
