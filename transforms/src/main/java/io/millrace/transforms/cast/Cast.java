package io.millrace.transforms.cast;

import io.millrace.core.MillraceException;
import io.millrace.transforms.values.Extensions;
import io.millrace.transforms.values.Parser;
import io.millrace.transforms.values.Printer;
import io.millrace.transforms.values.TypeWords;
import io.millrace.transforms.values.Whole;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.util.TransferPair;

/** The cast of one column. */
public final class Cast {
  private final Field output;
  private final Kernel kernel;
  private final Misfits misfits;

  private Cast(Field output, Kernel kernel, Misfits misfits) {
    this.output = output;
    this.kernel = kernel;
    this.misfits = misfits;
  }

  /**
   * A cast of a column to a type.
   *
   * @param key the option that asks for it
   * @throws MillraceException (CONFIGURATION) if values of the one make no sense as the other
   */
  public static Cast of(String key, Field from, ArrowType type, OnError onError) {
    boolean nullable = from.isNullable() || onError == OnError.NULL;
    var fieldType = new FieldType(nullable, type, null, Extensions.withoutName(from));
    var to = new Field(from.getName(), fieldType, List.of());
    Kernel kernel = kernel(from, to).orElseThrow(() -> refused(key, from, type));
    Printer printer = Printer.of(from).orElse((vector, row) -> "?");
    return new Cast(to, kernel, Misfits.of(onError, from, to, printer));
  }

  /** What comes out; its extension type is gone, its other metadata stays. */
  public Field output() {
    return output;
  }

  /** The column's values as the type; closes the vector, also if it fails. */
  public FieldVector apply(FieldVector from, int rows) {
    try (from) {
      if (from.getField().getType().equals(output.getType())) {
        TransferPair pair = from.getTransferPair(output, from.getAllocator());
        pair.transfer();
        return (FieldVector) pair.getTo();
      }
      FieldVector to = output.createVector(from.getAllocator());
      try {
        convert(from, to, rows);
        return to;
      } catch (RuntimeException e) {
        to.close();
        throw e;
      }
    }
  }

  private void convert(FieldVector from, FieldVector to, int rows) {
    to.setInitialCapacity(rows);
    to.allocateNew();
    if (!(to instanceof BaseVariableWidthVector)) {
      to.getValidityBuffer().setBytes(0, from.getValidityBuffer(), 0, (rows + 7) / 8);
    }
    kernel.cast(from, to, rows, misfits);
    to.setValueCount(rows);
  }

  private static Optional<Kernel> kernel(Field from, Field to) {
    ArrowType a = from.getType();
    ArrowType b = to.getType();
    if (b instanceof ArrowType.Utf8) {
      return Printer.of(from).map(TextCast::print);
    } else if (Extensions.name(from).isPresent()) {
      return Optional.empty();
    } else if (a.equals(b)) {
      return Optional.of((vector, into, rows, misfits) -> {});
    } else if (a instanceof ArrowType.Utf8) {
      return Parser.of(to).map(TextCast::parse);
    } else if (a instanceof ArrowType.Bool || b instanceof ArrowType.Bool) {
      return a instanceof ArrowType.Int || b instanceof ArrowType.Int
          ? whole(a, b)
          : Optional.empty();
    }
    return whole(a, b).or(() -> floats(a, b)).or(() -> DecimalCast.of(a, b));
  }

  private static Optional<Kernel> whole(ArrowType from, ArrowType to) {
    return Whole.of(from)
        .flatMap(
            a ->
                Whole.of(to)
                    .filter(b -> a.dimension() == b.dimension())
                    .map(b -> new WholeCast(a, b)));
  }

  /** Floats and integers, but for uint64: not all of them fit a long. */
  private static Optional<Kernel> floats(ArrowType from, ArrowType to) {
    if (isFloat(from) && isFloat(to)) {
      return Optional.of(
          FloatCast.floats((ArrowType.FloatingPoint) from, (ArrowType.FloatingPoint) to));
    } else if (isFloat(from) && isInteger(to)) {
      return Whole.of(to).map(b -> FloatCast.toIntegers((ArrowType.FloatingPoint) from, b));
    } else if (isInteger(from) && isFloat(to)) {
      return Whole.of(from).map(a -> FloatCast.fromIntegers(a, (ArrowType.FloatingPoint) to));
    }
    return Optional.empty();
  }

  private static boolean isFloat(ArrowType type) {
    return type instanceof ArrowType.FloatingPoint floating
        && floating.getPrecision() != FloatingPointPrecision.HALF;
  }

  private static boolean isInteger(ArrowType type) {
    return type instanceof ArrowType.Int integer
        && (integer.getIsSigned() || integer.getBitWidth() < 64);
  }

  private static MillraceException refused(String key, Field from, ArrowType to) {
    String word = Extensions.name(from).orElse(TypeWords.word(from.getType()));
    return MillraceException.configuration(
        key,
        "Cannot cast column \"%s\" from %s to %s: these values have nothing in common"
            .formatted(from.getName(), word, TypeWords.word(to)));
  }
}
