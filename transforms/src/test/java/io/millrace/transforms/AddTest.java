package io.millrace.transforms;

import static io.millrace.transforms.Opened.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddTest extends TransformContract {
  private static final Map<String, Map<String, String>> COLUMNS = new LinkedHashMap<>();

  static {
    COLUMNS.put("region", Map.of("value", "東京"));
    COLUMNS.put("year", Map.of("value", "2026", "as", "int16"));
    COLUMNS.put("rate", Map.of("value", "0.25", "as", "decimal(50,3)"));
    COLUMNS.put("in_pipeline", Map.of("from", "pipeline"));
    COLUMNS.put("in_stream", Map.of("from", "stream"));
    COLUMNS.put("in_run", Map.of("from", "run"));
    COLUMNS.put("in_plan", Map.of("from", "plan"));
    COLUMNS.put("in_partition", Map.of("from", "partition"));
    COLUMNS.put("at", Map.of("from", "ingested_at"));
  }

  @Override
  protected Transform open(Schema input) {
    return Opened.transform("add", COLUMNS, input);
  }

  @Test
  void theColumnsStandBehindTheOthersAndAreNeverNull() {
    List<Field> fields = open(SampleRows.SCHEMA).output().getFields();

    int before = SampleRows.SCHEMA.getFields().size();
    assertThat(fields.subList(0, before)).isEqualTo(SampleRows.SCHEMA.getFields());
    assertThat(fields.subList(before, fields.size()))
        .extracting(Field::getName)
        .containsExactlyElementsOf(COLUMNS.keySet());
    assertThat(fields.subList(before, fields.size())).noneMatch(Field::isNullable);
  }

  @Test
  void everyRowHasTheSameValue() {
    assertThat(added(UNIT))
        .isEqualTo(
            List.of(
                "東京",
                "2026",
                "0.250",
                "lab",
                "trips",
                "2026-11-19",
                "1795171234567-k3f9",
                "3",
                "2026-11-20T10:40:34.567Z"));
  }

  @Test
  void oneTransformServesSeveralUnits() {
    var other =
        new Unit(
            new StreamId("lab", "rides"), new RunId("snapshot"), new PlanId(1L, "a"), "part 7");

    assertThat(added(other).subList(3, 9))
        .isEqualTo(
            List.of(
                "lab",
                "rides",
                "snapshot",
                "0000000000001-a",
                "part 7",
                "1970-01-01T00:00:00.001Z"));
  }

  /** The values that are added to each of some rows. */
  private List<String> added(Unit unit) {
    try (var allocator = new RootAllocator();
        VectorSchemaRoot out =
            open(SampleRows.SCHEMA).apply(SampleRows.of(allocator, 0, 1_000), unit)) {
      List<FieldVector> vectors = out.getFieldVectors().subList(16, 16 + COLUMNS.size());
      assertThat(vectors)
          .allSatisfy(
              vector -> {
                assertThat(vector.getNullCount()).isZero();
                assertThat(Vectors.texts(vector)).hasSize(1_000);
                assertThat(Vectors.texts(vector).stream().distinct()).hasSize(1);
              });
      return vectors.stream().map(vector -> Vectors.texts(vector).get(999)).toList();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bool | true
          uint64 | 18446744073709551615
          float32 | -0
          date | -0044-03-15
          time(ns) | 23:59:59.999999999
          timestamp(us, UTC) | 2024-02-29T12:00:00Z
          decimal(18,2) | -9999999999999999.99
          binary | Zürich
          """)
  void aConstantHasAnyTypeThatCastKnows(String word, String text) {
    Schema schema = new Schema(List.of(Vectors.column("v", "int8")));
    Transform add = Opened.transform("add", Map.of("c", Map.of("value", text, "as", word)), schema);
    try (var allocator = new RootAllocator();
        VectorSchemaRoot out =
            add.apply(Vectors.batch(allocator, schema, List.of(List.of("1", "2", "3"))), UNIT)) {
      assertThat(Vectors.texts(out.getVector("c"))).containsExactly(text, text, text);
    }
  }

  @Test
  void columnsThatDoNotFitAreRefused() {
    refused(
        "id", Map.of("value", "1"), "columns.id", "Cannot add column \"id\": there is one already");
    refused(
        "n",
        Map.of("value", "300", "as", "int8"),
        "columns.n.value",
        "Cannot use \"300\" as the value: it is no int8");
    refused(
        "n",
        Map.of("value", "1", "as", "int"),
        "columns.n.as",
        "Unknown type \"int\": did you mean \"int8\"?");
    refused(
        "n",
        Map.of("as", "int8"),
        "columns.n",
        "Cannot tell what the column holds: give either value or from");
    refused(
        "n",
        Map.of("from", "run", "as", "date"),
        "columns.n.as",
        "Cannot give \"from\" another type: cast the column afterwards");
    refused(
        "n",
        Map.of("from", "now"),
        "columns.n.from",
        "Cannot use \"now\": expected one of pipeline, stream, run, plan, partition, ingested_at");
    assertRefused(
        "add",
        Map.of(),
        SampleRows.SCHEMA,
        "columns",
        "Cannot add nothing: give at least one column");
  }

  private static void refused(
      String column, Map<String, String> options, String key, String message) {
    assertRefused("add", Map.of(column, options), SampleRows.SCHEMA, key, message);
  }
}
