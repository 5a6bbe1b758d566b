package io.millrace.transforms.cast;

import io.millrace.core.MillraceException;
import io.millrace.transforms.values.Printer;
import io.millrace.transforms.values.TypeWords;
import java.time.DateTimeException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** What happens with a value that does not fit. */
@FunctionalInterface
interface Misfits {
  /** Such a value, which is not null. */
  void at(FieldVector from, FieldVector to, int row);

  /** A value that does not fit unless it is null, and then it is no value. */
  default void unlessNull(FieldVector from, FieldVector to, int row) {
    if (!from.isNull(row)) {
      at(from, to, row);
    }
  }

  /**
   * What the policy says, for a cast of {@code from} to {@code to}.
   *
   * @param printer prints values of {@code from}
   */
  static Misfits of(OnError policy, Field from, Field to, Printer printer) {
    return switch (policy) {
      case NULL -> (vector, into, row) -> into.setNull(row);
      case ERROR ->
          (vector, into, row) -> {
            throw MillraceException.data(
                "Cannot cast column \"%s\" in row %d of a batch: %s is no %s"
                    .formatted(
                        from.getName(),
                        row + 1,
                        shown(vector, row, printer),
                        TypeWords.word(to.getType())));
          };
    };
  }

  private static String shown(FieldVector vector, int row, Printer printer) {
    try {
      String text = printer.print(vector, row);
      return "\"%s\"".formatted(text.length() <= 60 ? text : text.substring(0, 60) + "...");
    } catch (DateTimeException | IllegalArgumentException e) {
      return "a value without a text (%s)".formatted(e.getMessage());
    }
  }
}
