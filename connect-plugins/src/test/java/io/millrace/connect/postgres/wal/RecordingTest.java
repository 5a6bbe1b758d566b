package io.millrace.connect.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Column;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a server sent once still gives the same changes. */
class RecordingTest {
  private static List<String> rows(Recording recording) throws InterruptedException {
    var batches = new ArrayList<EncodedChanges>();
    var settings = new ChangeSettings(1, 900 << 10, Unrepresentable.ERROR);
    try (var allocator = new RootAllocator();
        var reader = new ChangeReader(RecordingTest::find, settings, allocator, batches::add)) {
      for (ByteBuffer message : recording.messages()) {
        reader.read(message);
      }
      reader.closeBatches();
      return ChangeRows.of(batches, allocator);
    }
  }

  /** All columns are of types that are known by their OIDs. */
  private static Optional<ChangedTable> find(WalRelation relation) {
    List<Column> columns =
        relation.columns().stream()
            .map(c -> new Column(c.name(), "oid " + c.typeOid(), c.typeOid(), c.modifier(), true))
            .toList();
    return relation.name().name().equals(Recording.TABLE)
        ? Optional.of(ChangedTable.of(relation, columns, List.of("id")))
        : Optional.empty();
  }

  @ParameterizedTest
  @EnumSource
  void aRecordedStreamGivesTheSameRowsForEver(Recording recording) throws InterruptedException {
    List<String> rows = rows(recording);
    if (Recording.anew()) {
      recording.keepRows(rows);
    }
    assertThat(rows).containsExactlyElementsOf(recording.rows());
  }

  @Test
  void textAndBinaryGiveTheSameRows() {
    assertThat(withoutLsn(Recording.TEXT.rows()))
        .containsExactlyElementsOf(withoutLsn(Recording.BINARY.rows()))
        .hasSize(11);
  }

  private static List<String> withoutLsn(List<String> rows) {
    return rows.stream().map(row -> row.replaceFirst("^[0-9a-f]+", "")).toList();
  }
}
