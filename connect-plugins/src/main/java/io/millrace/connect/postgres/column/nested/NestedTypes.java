package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.Selection;
import io.millrace.connect.postgres.column.append.TextForm;
import io.millrace.connect.postgres.column.append.ValueType;
import io.millrace.connect.postgres.column.append.ValueType.Fit;
import io.millrace.connect.postgres.column.text.TextTypes;
import io.millrace.connect.postgres.server.PostgresType;
import io.millrace.connect.postgres.server.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.postgresql.core.Oid;

/**
 * Arrays, composites, ranges and multiranges. What is read as the server sends it nests as it is.
 * Where something inside must be asked for in another way, a composite or a range is put together
 * anew from its parts; inside an array or a multirange, which cannot be, it is text.
 */
public final class NestedTypes {
  private static final PostgresType BOOL = new PostgresType.Scalar("boolean", Oid.BOOL, -1);

  private final Function<PostgresType, ValueType> types;

  /** A table that finds what is inside in the one of all types. */
  public NestedTypes(Function<PostgresType, ValueType> types) {
    this.types = types;
  }

  /** Chooses for an array, a composite, a range or a multirange. */
  public ValueType of(PostgresType type) {
    if (type instanceof PostgresType.Array array) {
      return array(array);
    } else if (type instanceof PostgresType.Composite composite) {
      return composite(composite);
    } else if (type instanceof PostgresType.Range range) {
      return range(range);
    } else if (type instanceof PostgresType.Multirange multirange) {
      return multirange(multirange);
    }
    throw new IllegalArgumentException("not a nested type: " + type);
  }

  private ValueType array(PostgresType.Array array) {
    ValueType own = types.apply(array.element());
    Selection selection = own.selection().ofArray();
    ValueType element = selection == Selection.TEXT_ARRAY ? TextTypes.cast(array.element()) : own;
    Field item = element(element);
    for (int level = 1; level < array.depth(); level++) {
      item =
          new Field(
              ListVector.DATA_VECTOR_NAME,
              FieldType.nullable(ArrowType.List.INSTANCE),
              List.of(item));
    }
    return new ValueType(
        array.name(),
        ArrowType.List.INSTANCE,
        Map.of(),
        List.of(item),
        selection,
        Fit.PARTIAL,
        new ArrayText(element.text(), delimiter(array.element())),
        (vector, policy) ->
            ArrayAppender.open((ListVector) vector, array.depth(), element, policy));
  }

  /** Two types have another delimiter than the comma: box, and those of PostGIS. */
  private static char delimiter(PostgresType element) {
    if (element instanceof PostgresType.Extension extension
        && extension.extension().equals("postgis")) {
      return ':';
    }
    return element.oid() == Oid.BOX ? ';' : ',';
  }

  /** Arrow Java calls the elements of lists so, whatever name their field has. */
  private static Field element(ValueType type) {
    return type.field(ListVector.DATA_VECTOR_NAME, /* nullable= */ true);
  }

  private ValueType multirange(PostgresType.Multirange multirange) {
    ValueType range = types.apply(multirange.range());
    if (range.selection() != Selection.AS_SENT) {
      return TextTypes.cast(multirange);
    }
    return new ValueType(
        multirange.name(),
        ArrowType.List.INSTANCE,
        Map.of(),
        List.of(element(range)),
        Selection.AS_SENT,
        Fit.WHOLE,
        new MultirangeText(range.text()),
        (vector, policy) -> {
          var lists = (ListVector) vector;
          return new MultirangeAppender(lists, range.appender(lists.getDataVector(), policy));
        });
  }

  private record Part(String name, ValueType type, String sql) {
    boolean isAsSent() {
      return type.selection() == Selection.AS_SENT;
    }

    /** The part of the value that this SQL stands for. */
    String of(String value) {
      return type.selection().of(sql.formatted(value));
    }
  }

  private ValueType composite(PostgresType.Composite composite) {
    if (composite.attributes().isEmpty()) {
      return TextTypes.cast(composite);
    }
    var parts = new ArrayList<Part>();
    for (PostgresType.Attribute attribute : composite.attributes()) {
      String name = SqlText.identifier(attribute.name()).replace("%", "%%");
      parts.add(new Part(attribute.name(), types.apply(attribute.type()), "(%s)." + name));
    }
    boolean asSent = parts.stream().allMatch(Part::isAsSent);
    var text = new RecordText(parts.stream().map(part -> part.type.text()).toList());
    return struct(
        composite, parts, asSent ? Selection.AS_SENT : rebuilt(parts), text, RecordAppender::new);
  }

  private ValueType range(PostgresType.Range range) {
    ValueType bound = types.apply(range.subtype());
    ValueType bool = types.apply(BOOL);
    List<Part> parts =
        List.of(
            new Part("lower", bound, "pg_catalog.lower(%s)"),
            new Part("upper", bound, "pg_catalog.upper(%s)"),
            new Part("lower_inclusive", bool, "pg_catalog.lower_inc(%s)"),
            new Part("upper_inclusive", bool, "pg_catalog.upper_inc(%s)"),
            new Part("empty", bool, "pg_catalog.isempty(%s)"));
    return bound.selection() == Selection.AS_SENT
        ? struct(
            range,
            parts,
            Selection.AS_SENT,
            new RangeText(bound.text(), RangeText.Layout.RANGE),
            RangeAppender::new)
        : struct(
            range,
            parts,
            rebuilt(parts),
            new RangeText(bound.text(), RangeText.Layout.RECORD),
            RecordAppender::new);
  }

  /**
   * {@code IS NULL} would also be true for a row whose fields are all NULL, and a row made of the
   * parts of NULL would not be NULL.
   */
  private static Selection rebuilt(List<Part> parts) {
    return value -> {
      var row = new StringJoiner(", ", "ROW(", ")");
      parts.forEach(part -> row.add(part.of(value)));
      return "CASE WHEN %s IS NOT DISTINCT FROM NULL THEN NULL ELSE %s END".formatted(value, row);
    };
  }

  private interface StructOpener {
    ColumnAppender open(StructVector vector, List<ColumnAppender> parts);
  }

  private static ValueType struct(
      PostgresType type,
      List<Part> parts,
      Selection selection,
      TextForm text,
      StructOpener opener) {
    return new ValueType(
        type.name(),
        ArrowType.Struct.INSTANCE,
        Map.of(),
        parts.stream().map(part -> part.type.field(part.name, /* nullable= */ true)).toList(),
        selection,
        Fit.WHOLE,
        text,
        (vector, policy) -> {
          var appenders = new ArrayList<ColumnAppender>();
          List<FieldVector> children = vector.getChildrenFromFields();
          for (int i = 0; i < parts.size(); i++) {
            appenders.add(parts.get(i).type.appender(children.get(i), policy));
          }
          return opener.open((StructVector) vector, appenders);
        });
  }
}
