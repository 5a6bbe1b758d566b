package io.millrace.sinks.parquet;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Random fields down to four levels, and random values of them. Structs are arrays, lists lists and
 * maps maps; some nulls hide values that must not reach the file.
 */
final class RandomNesting {
  private static final int DEPTH = 4;
  private static final List<ArrowType> LEAVES =
      List.of(
          new ArrowType.Bool(),
          new ArrowType.Int(8, true),
          new ArrowType.Int(32, true),
          new ArrowType.Int(64, true),
          new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
          new ArrowType.Utf8(),
          new ArrowType.Utf8View(),
          new ArrowType.LargeUtf8(),
          new ArrowType.FixedSizeBinary(3),
          new ArrowType.Null());

  private final Random random;
  private int names;

  RandomNesting(Random random) {
    this.random = random;
  }

  Schema schema() {
    List<Field> fields = new ArrayList<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      fields.add(field("f" + names++, 0));
    }
    return new Schema(fields);
  }

  private Field field(String name, int depth) {
    ArrowType type =
        switch (depth == DEPTH ? 0 : random.nextInt(9)) {
          case 3, 4 -> new ArrowType.Struct();
          case 5 -> new ArrowType.List();
          case 6 -> new ArrowType.LargeList();
          case 7 -> new ArrowType.FixedSizeList(random.nextInt(4));
          case 8 -> new ArrowType.Map(false);
          default -> LEAVES.get(random.nextInt(LEAVES.size()));
        };
    boolean nullable = type instanceof ArrowType.Null || random.nextInt(3) > 0;
    List<Field> children = new ArrayList<>();
    switch (type.getTypeID()) {
      case Struct -> {
        for (int i = random.nextInt(3); i >= 0; i--) {
          children.add(field("f" + names++, depth + 1));
        }
      }
      case List, LargeList, FixedSizeList -> children.add(field("$data$", depth + 1));
      case Map -> {
        Field key = new Field("key", FieldType.notNullable(new ArrowType.Utf8()), List.of());
        children.add(
            new Field(
                "entries",
                FieldType.notNullable(new ArrowType.Struct()),
                List.of(key, field("value", depth + 1))));
      }
      default -> {}
    }
    return new Field(name, new FieldType(nullable, type, null), children);
  }

  /** A value to be written. */
  Object value(Field field) {
    if (field.getType() instanceof ArrowType.Null) {
      return null;
    }
    if (field.isNullable() && random.nextInt(4) == 0) {
      return random.nextBoolean() ? null : new Cells.Hidden(present(field));
    }
    return present(field);
  }

  private Object present(Field field) {
    return switch (field.getType().getTypeID()) {
      case Struct -> field.getChildren().stream().map(this::value).toArray();
      case List, LargeList -> elements(field.getChildren().get(0), length());
      case FixedSizeList ->
          elements(
              field.getChildren().get(0),
              ((ArrowType.FixedSizeList) field.getType()).getListSize());
      case Map -> {
        Field value = field.getChildren().get(0).getChildren().get(1);
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = length(); i > 0; i--) {
          map.put("k" + i, value(value));
        }
        yield map;
      }
      case Bool -> random.nextBoolean();
      case Int ->
          ((ArrowType.Int) field.getType()).getBitWidth() == Byte.SIZE
              ? (long) (byte) random.nextInt()
              : (long) random.nextInt();
      case FloatingPoint -> random.nextInt(1000) / 8.0;
      case FixedSizeBinary -> text(3).getBytes(StandardCharsets.US_ASCII);
      default -> text(random.nextInt(20));
    };
  }

  private int length() {
    return random.nextInt(100) == 0 ? 20 : random.nextInt(4);
  }

  private List<Object> elements(Field element, int count) {
    Object[] elements = new Object[count];
    Arrays.setAll(elements, i -> value(element));
    return Arrays.asList(elements);
  }

  private String text(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('a' + random.nextInt(3)));
    }
    return text.toString();
  }
}
