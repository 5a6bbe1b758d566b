package io.millrace.transforms.cast;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.transforms.values.Parser;
import io.millrace.transforms.values.Printer;
import java.time.DateTimeException;
import org.apache.arrow.vector.VarCharVector;

/** To text and from text. */
final class TextCast {
  private TextCast() {}

  /** Values as their canonical text. */
  static Kernel print(Printer printer) {
    return (from, to, rows, misfits) -> {
      var text = (VarCharVector) to;
      for (int row = 0; row < rows; row++) {
        if (!from.isNull(row)) {
          try {
            text.setSafe(row, printer.print(from, row).getBytes(UTF_8));
          } catch (DateTimeException | IllegalArgumentException e) {
            misfits.at(from, to, row);
          }
        }
      }
    };
  }

  /** Texts as the values they are the text of. */
  static Kernel parse(Parser parser) {
    return (from, to, rows, misfits) -> {
      var text = (VarCharVector) from;
      for (int row = 0; row < rows; row++) {
        if (!from.isNull(row)) {
          try {
            parser.parse(new String(text.get(row), UTF_8)).put(to, row);
          } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
            misfits.at(from, to, row);
          }
        }
      }
    };
  }
}
