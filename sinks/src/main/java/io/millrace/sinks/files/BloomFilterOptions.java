package io.millrace.sinks.files;

import io.millrace.core.MillraceException;
import io.millrace.core.options.Option;
import io.millrace.sinks.parquet.BloomFilters;
import java.util.List;

/** The options {@code bloom_filters} of {@code type: parquet}. */
public record BloomFilterOptions(
    @Option(
            value =
                "Columns that get one in each row group, so that readers looking for single values"
                    + " can skip it: by their names, those of nested fields joined by dots. The"
                    + " name of a nested field stands for all columns below it.",
            example = "[id, address.city]")
        List<String> columns,
    @Option(
            value = "The share of absent values that a filter takes for present.",
            defaultValue = "0.01")
        String fpp) {
  public BloomFilterOptions {
    filters(columns, fpp);
  }

  BloomFilters filters() {
    return filters(columns, fpp);
  }

  private static BloomFilters filters(List<String> columns, String fpp) {
    try {
      return new BloomFilters(columns, Double.parseDouble(fpp));
    } catch (NumberFormatException | MillraceException e) {
      throw MillraceException.configuration(
          "fpp",
          "Cannot use \"%s\": expected a share between 0 and 1, such as 0.01".formatted(fpp));
    }
  }
}
