package io.millrace.transforms;

import static io.millrace.transforms.Opened.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.stage.SampleRows;
import io.millrace.core.stage.Transform;
import io.millrace.core.stage.TransformContract;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

class RenameTest extends TransformContract {
  /** All columns get another name, {@code key} and {@code doc} each other's. */
  private static final Map<String, String> ALL =
      Map.ofEntries(
          Map.entry("id", "number"),
          Map.entry("number", "id"),
          Map.entry("flag", "f"),
          Map.entry("small", "s"),
          Map.entry("ratio4", "r4"),
          Map.entry("ratio8", "r8"),
          Map.entry("amount", "a"),
          Map.entry("wide", "w"),
          Map.entry("name", "Zürich"),
          Map.entry("blob", "b"),
          Map.entry("day", "d"),
          Map.entry("time", "t"),
          Map.entry("local", "l"),
          Map.entry("instant", "i"),
          Map.entry("key", "doc"),
          Map.entry("doc", "key"));

  @Override
  protected Transform open(Schema input) {
    return Opened.transform("rename", ALL, input);
  }

  @Test
  void onlyNamesChange() {
    Schema output = open(SampleRows.SCHEMA).output();

    List<Field> before = SampleRows.SCHEMA.getFields();
    assertThat(Opened.names(output))
        .isEqualTo(before.stream().map(field -> ALL.get(field.getName())).toList());
    assertThat(output.getFields())
        .as("types, nullability, metadata")
        .extracting(Field::getFieldType)
        .isEqualTo(before.stream().map(Field::getFieldType).toList());
  }

  @Test
  void columnsThatAreNotNamedStayAsTheyAre() {
    Schema output =
        Opened.transform("rename", Map.of("doc", "document"), SampleRows.SCHEMA).output();

    assertThat(output.getFields().subList(0, 15))
        .isEqualTo(SampleRows.SCHEMA.getFields().subList(0, 15));
    assertThat(output.getFields().get(15).getName()).isEqualTo("document");
  }

  @Test
  void valuesKeepTheirPlaceInMemory() {
    Transform rename = open(SampleRows.SCHEMA);
    try (var allocator = new RootAllocator()) {
      VectorSchemaRoot batch = SampleRows.of(allocator, 0, 1000);
      List<String> rows = SampleRows.texts(batch);
      List<Long> addresses = addresses(batch);
      long allocated = allocator.getAllocatedMemory();

      try (VectorSchemaRoot out = rename.apply(batch, UNIT)) {
        assertThat(SampleRows.texts(out)).isEqualTo(rows);
        assertThat(addresses(out)).isEqualTo(addresses);
        assertThat(allocator.getPeakMemoryAllocation()).isEqualTo(allocated);
      }
    }
  }

  private static List<Long> addresses(VectorSchemaRoot batch) {
    return batch.getFieldVectors().stream().map(FieldVector::getDataBufferAddress).toList();
  }

  @Test
  void namesThatDoNotFitAreRefused() {
    Schema schema = SampleRows.SCHEMA;
    assertRefused(
        "rename",
        Map.of("amuont", "a"),
        schema,
        "columns.amuont",
        "Unknown column \"amuont\": did you mean \"amount\"?");
    assertRefused(
        "rename",
        Map.of("name", "id"),
        schema,
        "columns.name",
        "Cannot rename \"name\" to \"id\": another column has that name then");
    assertRefused(
        "rename",
        Map.of("name", " "),
        schema,
        "columns.name",
        "Cannot rename \"name\" to an empty name");
    assertRefused(
        "rename",
        Map.of(),
        schema,
        "columns",
        "Cannot rename nothing: give at least one old name and its new one");
  }

  @Test
  void twoColumnsCannotGetOneName() {
    var columns = new LinkedHashMap<String, String>();
    columns.put("doc", "both");
    columns.put("key", "both");

    assertRefused(
        "rename",
        columns,
        SampleRows.SCHEMA,
        "columns.doc",
        "Cannot rename \"doc\" to \"both\": another column has that name then");
  }
}
