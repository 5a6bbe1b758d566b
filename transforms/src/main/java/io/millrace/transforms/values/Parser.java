package io.millrace.transforms.values;

import java.time.DateTimeException;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Reads the text of a type's values, strictly: no blanks, nothing rounded, nothing guessed. */
@FunctionalInterface
public interface Parser {
  /**
   * The value that a text stands for.
   *
   * @throws IllegalArgumentException if it is not the text of such a value
   * @throws DateTimeException if it is not the text of such a date or time
   * @throws ArithmeticException if the value does not fit the type
   */
  Value parse(String text);

  /** What reads values of a field, if its type has a text. */
  static Optional<Parser> of(Field field) {
    ArrowType type = field.getType();
    Optional<String> extension = Extensions.name(field);
    if (extension.isPresent()) {
      return switch (extension.get()) {
        case Extensions.UUID -> Optional.of(Texts::uuid);
        case Extensions.JSON -> Optional.of(Texts::bytes);
        default -> Optional.empty();
      };
    } else if (type instanceof ArrowType.Utf8 || type instanceof ArrowType.Binary) {
      return Optional.of(Texts::bytes);
    } else if (type instanceof ArrowType.FloatingPoint floating) {
      return switch (floating.getPrecision()) {
        case HALF -> Optional.empty();
        case SINGLE -> Optional.of(Texts::float32);
        case DOUBLE -> Optional.of(Texts::float64);
      };
    } else if (type instanceof ArrowType.Decimal decimal && Whole.of(type).isEmpty()) {
      return Optional.of(text -> new Value.OfDecimal(Numbers.fit(Texts.number(text), decimal)));
    }
    return Whole.of(type)
        .flatMap(
            whole ->
                Texts.whole(type, whole)
                    .map(read -> text -> new Value.OfLong(read.applyAsLong(text), whole.layout())));
  }
}
