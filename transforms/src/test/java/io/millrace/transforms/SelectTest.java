package io.millrace.transforms;

import static io.millrace.transforms.Opened.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.stage.SampleRows;
import io.millrace.core.stage.Transform;
import io.millrace.core.stage.TransformContract;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

class SelectTest extends TransformContract {
  private static final List<String> COLUMNS = List.of("doc", "name", "id");

  @Override
  protected Transform open(Schema input) {
    return Opened.transform("select", COLUMNS, input);
  }

  @Test
  void keepsTheListedColumnsInTheirOrder() {
    Transform select = open(SampleRows.SCHEMA);

    assertThat(Opened.names(select.output())).isEqualTo(COLUMNS);
    assertThat(select.output().getFields())
        .isEqualTo(COLUMNS.stream().map(SampleRows.SCHEMA::findField).toList());
    try (var allocator = new RootAllocator();
        VectorSchemaRoot out = select.apply(SampleRows.of(allocator, 7, 1), UNIT)) {
      assertThat(SampleRows.texts(out)).containsExactly("{\"row\": 7} | row 7: Zürich, 東京, 🚕 | 7");
    }
  }

  @Test
  void columnsThatDoNotFitAreRefused() {
    Schema schema = SampleRows.SCHEMA;
    assertRefused(
        "select",
        List.of("id", "instnt"),
        schema,
        "columns.1",
        "Unknown column \"instnt\": did you mean \"instant\"?");
    assertRefused(
        "select",
        List.of("id", "doc", "id"),
        schema,
        "columns.2",
        "Cannot take column \"id\" twice: list it once");
    assertRefused(
        "select", List.of(), schema, "columns", "Cannot select nothing: list the columns to keep");
  }
}
