package io.millrace.transforms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.stage.Transform;
import io.millrace.transforms.values.Parser;
import io.millrace.transforms.values.Printer;
import io.millrace.transforms.values.TypeWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Batches of one column {@code v}, written and read as texts; null is NULL. */
final class Vectors {
  static final Unit UNIT =
      new Unit(
          new StreamId("lab", "trips"), new RunId("r"), new PlanId(1_795_171_234_567L, "k"), "3");

  private Vectors() {}

  /** A nullable column of the type that a word stands for. */
  static Field column(String name, String word) {
    return column(name, TypeWords.parse("", word));
  }

  static Field column(String name, ArrowType type) {
    return new Field(name, FieldType.nullable(type), List.of());
  }

  /** A column of an extension type. */
  static Field extension(String name, String extension, ArrowType storage) {
    return new Field(
        name,
        new FieldType(true, storage, null, Map.of("ARROW:extension:name", extension)),
        List.of());
  }

  /** What the texts are after a cast of a column of one type to another. */
  static List<String> cast(String from, String to, String onError, String... texts) {
    return cast(column("v", from), to, onError, Arrays.asList(texts));
  }

  static List<String> cast(Field from, String to, String onError, List<String> texts) {
    Schema schema = new Schema(List.of(from));
    Transform cast =
        Opened.withOptions("cast", Map.of("columns", Map.of("v", to), "on_error", onError), schema);
    try (var allocator = new RootAllocator();
        VectorSchemaRoot out = cast.apply(batch(allocator, schema, List.of(texts)), UNIT)) {
      return texts(out.getVector("v"));
    }
  }

  /** A batch of these columns' texts. */
  static VectorSchemaRoot batch(
      BufferAllocator allocator, Schema schema, List<List<String>> columns) {
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    int rows = columns.get(0).size();
    for (int c = 0; c < columns.size(); c++) {
      FieldVector vector = root.getVector(c);
      vector.setInitialCapacity(rows);
      vector.allocateNew();
      for (int row = 0; row < rows; row++) {
        put(vector, row, columns.get(c).get(row));
      }
      vector.setValueCount(rows);
    }
    root.setRowCount(rows);
    return root;
  }

  private static void put(FieldVector vector, int row, String text) {
    if (text == null) {
      vector.setNull(row);
    } else if (vector instanceof VarCharVector v) {
      v.setSafe(row, text.getBytes(UTF_8));
    } else if (vector instanceof VarBinaryVector v) {
      v.setSafe(row, text.getBytes(UTF_8));
    } else {
      Parser.of(vector.getField()).orElseThrow().parse(text).put(vector, row);
    }
  }

  /** A column's values. */
  static List<String> texts(FieldVector vector) {
    Printer printer = Printer.of(vector.getField()).orElseThrow();
    var texts = new ArrayList<String>();
    for (int row = 0; row < vector.getValueCount(); row++) {
      texts.add(vector.isNull(row) ? null : printer.print(vector, row));
    }
    return texts;
  }
}
