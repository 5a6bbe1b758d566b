package io.millrace.transforms.filter;

import io.millrace.core.MillraceException;
import io.millrace.core.options.NearestWord;
import io.millrace.transforms.values.Extensions;
import io.millrace.transforms.values.Parser;
import io.millrace.transforms.values.TypeWords;
import io.millrace.transforms.values.Value;
import java.time.DateTimeException;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Binds conditions to a schema: columns become places, constants values of the columns' types. */
final class Binding {
  private final List<Field> fields;
  private final Tokens tokens;

  /**
   * A binding to this schema.
   *
   * @param tokens the text, to say where something is wrong
   */
  Binding(Schema schema, Tokens tokens) {
    this.fields = schema.getFields();
    this.tokens = tokens;
  }

  /**
   * The condition for batches of the schema.
   *
   * @throws MillraceException (CONFIGURATION) if a column is not there, or a constant is not of its
   *     type
   */
  Predicate bind(Condition condition) {
    if (condition instanceof Condition.And and) {
      return and.parts().stream()
          .map(this::bind)
          .reduce((a, b) -> batch -> a.test(batch).and(b.test(batch)))
          .orElseThrow();
    } else if (condition instanceof Condition.Or or) {
      return anyOf(or.parts().stream().map(this::bind).toList());
    } else if (condition instanceof Condition.Not not) {
      Predicate part = bind(not.part());
      return batch -> part.test(batch).not();
    } else if (condition instanceof Condition.In in) {
      return anyOf(
          in.literals().stream()
              .map(literal -> compare(in.column(), Operator.EQUAL, literal))
              .toList());
    } else if (condition instanceof Condition.Compare compare) {
      return compare(compare.column(), compare.operator(), compare.literal());
    }
    return isNull(place(((Condition.IsNull) condition).column()));
  }

  private static Predicate anyOf(List<Predicate> parts) {
    return parts.stream().reduce((a, b) -> batch -> a.test(batch).or(b.test(batch))).orElseThrow();
  }

  private Predicate compare(Condition.Column column, Operator operator, Condition.Literal literal) {
    int place = place(column);
    Comparison comparison = Comparison.of(operator, constant(fields.get(place), literal));
    return batch -> {
      FieldVector vector = batch.getVector(place);
      int rows = batch.getRowCount();
      Truth truth = Truth.unknown(rows);
      comparison.mark(vector, rows, truth.yes());
      ArrowBuf validity = vector.getValidityBuffer();
      for (int i = 0; i < truth.yes().length; i++) {
        long known = validWord(validity, i, rows);
        truth.no()[i] = ~truth.yes()[i] & known;
        truth.yes()[i] &= known;
      }
      return truth;
    };
  }

  private static Predicate isNull(int place) {
    return batch -> {
      FieldVector vector = batch.getVector(place);
      Truth truth = Truth.unknown(batch.getRowCount());
      for (int row = 0; row < batch.getRowCount(); row++) {
        long[] bits = vector.isNull(row) ? truth.yes() : truth.no();
        bits[row >> 6] |= 1L << row;
      }
      return truth;
    };
  }

  /** The validity of 64 rows, clear beyond the last. */
  private static long validWord(ArrowBuf validity, int index, int rows) {
    int bytes = (rows + 7) >> 3;
    int first = index * Long.BYTES;
    long word = 0;
    if (first + Long.BYTES <= bytes) {
      word = validity.getLong(first);
    } else {
      for (int i = first; i < bytes; i++) {
        word |= (validity.getByte(i) & 0xFFL) << ((i - first) * Byte.SIZE);
      }
    }
    int left = rows - index * Long.SIZE;
    return left >= Long.SIZE ? word : word & ((1L << left) - 1);
  }

  private int place(Condition.Column column) {
    List<String> names = fields.stream().map(Field::getName).toList();
    int place = names.indexOf(column.name());
    if (place < 0) {
      throw tokens.refused(column.position(), NearestWord.unknown("column", column.name(), names));
    }
    return place;
  }

  private Value constant(Field field, Condition.Literal literal) {
    String type = Extensions.name(field).orElse(TypeWords.word(field.getType()));
    Parser parser =
        Parser.of(field)
            .orElseThrow(
                () ->
                    tokens.refused(
                        literal.position(),
                        "column \"%s\" is %s, which can only be compared with \"is null\""
                            .formatted(field.getName(), type)));
    try {
      if (literal.quoted() || !isText(field)) {
        return parser.parse(literal.text());
      }
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      // said below
    }
    throw tokens.refused(
        literal.position(),
        "%s is no %s, but column \"%s\" is".formatted(literal, type, field.getName()));
  }

  private static boolean isText(Field field) {
    return field.getType() instanceof ArrowType.Utf8
        || field.getType() instanceof ArrowType.Binary
        || field.getType() instanceof ArrowType.FixedSizeBinary;
  }
}
