package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.format.KeyValue;
import org.apache.parquet.format.converter.ParquetMetadataConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The schemas in a footer: Parquet's own, and Arrow's. */
class FooterTest {
  @TempDir Path folder;

  @Test
  void parquetJavaReadsTheSchemaThatWasAnnounced() throws Exception {
    for (int seed = 0; seed < 50; seed++) {
      Schema schema = new RandomNesting(new Random(seed)).schema();
      Path file = folder.resolve(seed + ".parquet");
      try (var writer = Batches.writer(file, schema, ParquetOptions.DEFAULT)) {
        writer.finish();
      }
      var footer = new ParquetFile(file, ParquetSchema.of(schema)).footer();

      assertThat(
              new ParquetMetadataConverter()
                  .fromParquetMetadata(footer)
                  .getFileMetaData()
                  .getSchema())
          .as("seed %d", seed)
          .isEqualTo(ParquetSchema.of(schema));
    }
  }

  @Test
  void theArrowSchemaKeepsWhatParquetTypesDoNotSay() throws Exception {
    Field zoned = Field.nullable("t", new ArrowType.Timestamp(TimeUnit.SECOND, "Asia/Tokyo"));
    Field duration = Field.nullable("d", new ArrowType.Duration(TimeUnit.MILLISECOND));
    Field json =
        new Field(
            "j",
            new FieldType(
                true,
                new ArrowType.LargeUtf8(),
                null,
                Map.of("ARROW:extension:name", "arrow.json")),
            List.of());
    Field list = new Field("l", FieldType.nullable(new ArrowType.LargeList()), List.of(duration));
    Schema schema = new Schema(List.of(zoned, duration, json, list), Map.of("source", "trips"));

    assertThat(arrowSchema(schema)).isEqualTo(schema);
  }

  @Test
  void intervalsAreDescribedAsTheGroupsTheyAre() throws Exception {
    Field interval = Field.notNullable("i", new ArrowType.Interval(IntervalUnit.DAY_TIME));

    Field stored = arrowSchema(new Schema(List.of(interval))).findField("i");

    assertThat(stored.getType()).isEqualTo(new ArrowType.Struct());
    assertThat(stored.isNullable()).isFalse();
    assertThat(stored.getChildren())
        .extracting(Field::toString)
        .containsExactly(
            "months: Int(32, true) not null",
            "days: Int(32, true) not null",
            "nanoseconds: Int(64, true) not null");
  }

  private Schema arrowSchema(Schema schema) throws Exception {
    Path file = folder.resolve("schema.parquet");
    try (var writer = Batches.writer(file, schema, ParquetOptions.DEFAULT)) {
      writer.finish();
    }
    String text =
        new ParquetFile(file, ParquetSchema.of(schema))
            .footer().getKey_value_metadata().stream()
                .filter(entry -> entry.getKey().equals("ARROW:schema"))
                .map(KeyValue::getValue)
                .findFirst()
                .orElseThrow();
    return Schema.deserializeMessage(ByteBuffer.wrap(Base64.getDecoder().decode(text)));
  }
}
