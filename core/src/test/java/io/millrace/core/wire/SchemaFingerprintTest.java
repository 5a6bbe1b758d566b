package io.millrace.core.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.stage.SampleRows;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

class SchemaFingerprintTest {
  private static final ArrowType LONG = new ArrowType.Int(64, true);

  @Test
  void neverChanges() {
    assertThat(SchemaFingerprint.of(new Schema(List.of()))).isEqualTo("b584bc881e7d8c69");
    assertThat(SchemaFingerprint.of(schema(Field.nullable("id", LONG))))
        .isEqualTo("ea98dee340ba6987");
    assertThat(SchemaFingerprint.of(SampleRows.SCHEMA)).isEqualTo("0da4b7430c587eea");
  }

  @Test
  void everyDifferenceShows() {
    Stream<Schema> schemas =
        Stream.of(
            schema(),
            schema(Field.nullable("id", LONG)),
            schema(Field.notNullable("id", LONG)),
            schema(Field.nullable("Id", LONG)),
            schema(Field.nullable("id", new ArrowType.Int(32, true))),
            schema(Field.nullable("id", new ArrowType.Int(64, false))),
            schema(Field.nullable("id", new ArrowType.Timestamp(TimeUnit.MICROSECOND, null))),
            schema(Field.nullable("id", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"))),
            schema(Field.nullable("id", new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC"))),
            schema(Field.nullable("id", new ArrowType.Decimal(10, 2, 128))),
            schema(Field.nullable("id", new ArrowType.Decimal(10, 3, 128))),
            schema(Field.nullable("id", new ArrowType.Decimal(10, 2, 256))),
            schema(withMetadata(Map.of("a", "b"))),
            schema(withMetadata(Map.of("a", "c"))),
            schema(withMetadata(Map.of("a:1", "b"))),
            schema(Field.nullable("a", LONG), Field.nullable("b", LONG)),
            schema(Field.nullable("b", LONG), Field.nullable("a", LONG)),
            schema(list("a", Field.nullable("b", LONG)), Field.nullable("c", LONG)),
            schema(list("a", Field.nullable("b", LONG), Field.nullable("c", LONG))),
            new Schema(List.of(Field.nullable("id", LONG)), Map.of("a", "b")));

    assertThat(schemas.map(SchemaFingerprint::of)).doesNotHaveDuplicates();
  }

  @Test
  void theOrderOfMetadataDoesNotMatter() {
    var forth = new LinkedHashMap<String, String>();
    forth.put("Aa", "");
    forth.put("BB", ""); // of the same hash, so that Arrow's hash map keeps the order too
    var back = new LinkedHashMap<String, String>();
    back.put("BB", "");
    back.put("Aa", "");

    assertThat(SchemaFingerprint.of(schema(withMetadata(forth))))
        .isEqualTo(SchemaFingerprint.of(schema(withMetadata(back))));
  }

  @Test
  void theWireDoesNotChangeIt() {
    byte[] value = new ArrowCodec().encode(SampleRows.SCHEMA);

    assertThat(SchemaFingerprint.of(ArrowCodec.schema(ByteBuffer.wrap(value))))
        .isEqualTo(SchemaFingerprint.of(SampleRows.SCHEMA));
  }

  private static Schema schema(Field... fields) {
    return new Schema(List.of(fields));
  }

  private static Field withMetadata(Map<String, String> metadata) {
    return new Field("id", new FieldType(true, LONG, null, metadata), List.of());
  }

  private static Field list(String name, Field... children) {
    return new Field(name, FieldType.nullable(ArrowType.Struct.INSTANCE), List.of(children));
  }
}
