package io.millrace.transforms;

import static io.millrace.transforms.Opened.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.stage.SampleRows;
import io.millrace.core.stage.Transform;
import io.millrace.core.stage.TransformContract;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

class DropTest extends TransformContract {
  private static final List<String> DROPPED = List.of("doc", "id", "blob");

  @Override
  protected Transform open(Schema input) {
    return Opened.transform("drop", DROPPED, input);
  }

  @Test
  void theOtherColumnsStayAsTheyAre() {
    assertThat(open(SampleRows.SCHEMA).output().getFields())
        .isEqualTo(
            SampleRows.SCHEMA.getFields().stream()
                .filter(field -> !DROPPED.contains(field.getName()))
                .toList());
  }

  @Test
  void whatIsDroppedIsFreedAtOnce() {
    try (var allocator = new RootAllocator()) {
      VectorSchemaRoot batch = SampleRows.of(allocator, 0, 1000);
      long before = allocator.getAllocatedMemory();
      long dropped = DROPPED.stream().mapToLong(c -> bytes(batch, c)).sum();

      try (VectorSchemaRoot out = open(SampleRows.SCHEMA).apply(batch, UNIT)) {
        assertThat(out.getRowCount()).isEqualTo(1000);
        assertThat(allocator.getAllocatedMemory()).isEqualTo(before - dropped);
      }
    }
  }

  private static long bytes(VectorSchemaRoot batch, String column) {
    return Arrays.stream(batch.getVector(column).getBuffers(false))
        .map(buffer -> buffer.getReferenceManager())
        .distinct()
        .mapToLong(manager -> manager.getSize())
        .sum();
  }

  @Test
  void columnsThatDoNotFitAreRefused() {
    Schema schema = SampleRows.SCHEMA;
    assertRefused(
        "drop",
        List.of("blobs"),
        schema,
        "columns.0",
        "Unknown column \"blobs\": did you mean \"blob\"?");
    assertRefused(
        "drop",
        List.of("xyzzy"),
        schema,
        "columns.0",
        "Unknown column \"xyzzy\": known are " + String.join(", ", Opened.names(schema)));
    assertRefused(
        "drop", List.of(), schema, "columns", "Cannot drop nothing: list the columns to leave out");
    assertRefused(
        "drop",
        Opened.names(schema),
        schema,
        "columns",
        "Cannot drop all 16 columns: nothing would be left");
  }
}
