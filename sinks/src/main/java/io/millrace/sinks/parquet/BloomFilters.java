package io.millrace.sinks.parquet;

import io.millrace.core.MillraceException;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.schema.LogicalTypeAnnotation.UnknownLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Which columns have a Bloom filter in each row group, by which readers that look for single values
 * skip it.
 *
 * @param columns names of columns, or of fields all of whose columns are meant, as they stand in
 *     the file: {@code address.city}, {@code tags} or {@code tags.list.element}
 * @param falsePositives the share of absent values that a filter takes for present, between 0 and 1
 */
public record BloomFilters(List<String> columns, double falsePositives) {
  /** No column has one. */
  public static final BloomFilters NONE = new BloomFilters(List.of(), 0.01);

  public BloomFilters {
    columns = List.copyOf(columns);
    if (!(falsePositives > 0 && falsePositives < 1)) {
      throw MillraceException.configuration(
          "Cannot make Bloom filters with %s false positives: use a share between 0 and 1"
              .formatted(falsePositives));
    }
  }

  /**
   * Requires that every name is one of this schema's.
   *
   * @throws MillraceException if it is not, or its column can have no filter
   */
  public void requireColumns(MessageType schema) {
    for (String name : columns) {
      List<ColumnDescriptor> meant =
          schema.getColumns().stream().filter(column -> isOf(name, column)).toList();
      if (meant.isEmpty()) {
        throw MillraceException.configuration(
            "Cannot make a Bloom filter for \"%s\": there is no such column; there are %s"
                .formatted(
                    name, schema.getColumns().stream().map(BloomFilters::path).sorted().toList()));
      }
      if (meant.stream().noneMatch(BloomFilters::canHaveOne)) {
        throw MillraceException.configuration(
            "Cannot make a Bloom filter for \"%s\": its values are too few for one"
                .formatted(name));
      }
    }
  }

  /** Where to collect the hashes of a column, if it has a filter. */
  Optional<ValueHashes> hashes(ColumnDescriptor column) {
    return canHaveOne(column) && columns.stream().anyMatch(name -> isOf(name, column))
        ? Optional.of(new ValueHashes(falsePositives))
        : Optional.empty();
  }

  private static boolean canHaveOne(ColumnDescriptor column) {
    PrimitiveType type = column.getPrimitiveType();
    return type.getPrimitiveTypeName() != PrimitiveTypeName.BOOLEAN
        && !(type.getLogicalTypeAnnotation() instanceof UnknownLogicalTypeAnnotation);
  }

  private static boolean isOf(String name, ColumnDescriptor column) {
    return path(column).equals(name) || path(column).startsWith(name + ".");
  }

  private static String path(ColumnDescriptor column) {
    return String.join(".", column.getPath());
  }
}
