package io.millrace.transforms;

import io.millrace.core.MillraceException;
import io.millrace.core.options.Option;
import io.millrace.core.stage.Transform;
import io.millrace.core.stage.TransformType;
import io.millrace.transforms.values.Parser;
import io.millrace.transforms.values.TypeWords;
import io.millrace.transforms.values.Value;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Adds columns, each with one value for all rows of a unit, behind those that are there. */
public final class AddType implements TransformType<AddType.Options> {
  /** The options of {@code type: add}. */
  public record Options(
      @Option(
              value =
                  "The columns to add, by name. `value` is a constant and `as` its type, a word"
                      + " that cast takes (`string` if left out). `from` takes what is known of"
                      + " the batch instead: `pipeline`, `stream`, `run`, `plan` or `partition`,"
                      + " each a string, or `ingested_at`, the time at which the reading was"
                      + " planned by the source's clock, a timestamp(ms, UTC): the same on every"
                      + " retry and replay.",
              example = "{region: {value: eu}, year: {value: 2026, as: int16}, run: {from: run}}")
          Map<String, Column> columns) {
    public Options {
      if (columns.isEmpty()) {
        throw MillraceException.configuration(
            "columns", "Cannot add nothing: give at least one column");
      }
    }
  }

  /** One column to add. */
  public record Column(
      @Option("A constant.") Optional<String> value,
      @Option("The constant's type.") Optional<String> as,
      @Option("What is known of the batch.") Optional<Origin> from) {
    public Column {
      if (value.isPresent() == from.isPresent()) {
        throw MillraceException.configuration(
            "", "Cannot tell what the column holds: give either value or from");
      }
      if (from.isPresent() && as.isPresent()) {
        throw MillraceException.configuration(
            "as", "Cannot give \"from\" another type: cast the column afterwards");
      }
      value.ifPresent(text -> constant(text, type(as)));
    }

    private static ArrowType type(Optional<String> as) {
      return TypeWords.parse("as", as.orElse("string"));
    }

    private static Value constant(String text, ArrowType type) {
      try {
        return Parser.of(field("", type)).orElseThrow().parse(text);
      } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
        throw MillraceException.configuration(
            "value",
            "Cannot use \"%s\" as the value: it is no %s".formatted(text, TypeWords.word(type)));
      }
    }

    /** What comes out under this name. */
    Adding.Column named(String name) {
      if (from.isPresent()) {
        return new Adding.Column(field(name, from.get().type()), from.get()::of);
      }
      ArrowType type = type(as);
      Value constant = constant(value.orElseThrow(), type);
      return new Adding.Column(field(name, type), unit -> constant);
    }
  }

  @Override
  public String name() {
    return "add";
  }

  @Override
  public Class<Options> options() {
    return Options.class;
  }

  @Override
  public Transform open(Options options, Schema input) {
    List<String> names = new ColumnNames(input).all();
    var added = new ArrayList<Adding.Column>();
    options
        .columns()
        .forEach(
            (name, column) -> {
              String key = "columns." + name;
              if (names.contains(name) || name.isBlank()) {
                throw MillraceException.configuration(
                    key,
                    name.isBlank()
                        ? "Cannot add a column with an empty name"
                        : "Cannot add column \"%s\": there is one already".formatted(name));
              }
              added.add(column.named(name));
            });
    return new Adding(input, added);
  }

  private static Field field(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), List.of());
  }
}
