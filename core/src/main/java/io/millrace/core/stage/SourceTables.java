package io.millrace.core.stage;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a source would publish.
 *
 * @param tables what can be read, at least one unless only the source's connector can tell
 * @param unreadable what cannot: the others are read without it
 */
public record SourceTables(List<SourceTable> tables, List<Unreadable> unreadable) {
  public SourceTables {
    tables = List.copyOf(tables);
    unreadable = List.copyOf(unreadable);
  }

  /**
   * A table that cannot be read.
   *
   * @param stream the stream's name
   * @param name the table's name at the source
   * @param reason why, and what to do
   */
  public record Unreadable(String stream, String name, String reason) {}

  /** The names of all streams. */
  public List<String> streams() {
    return Stream.concat(
            tables.stream().map(SourceTable::stream), unreadable.stream().map(Unreadable::stream))
        .toList();
  }
}
