package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.Selection;
import io.millrace.connect.postgres.column.append.ValueType;
import io.millrace.connect.postgres.column.append.ValueType.Fit;
import io.millrace.connect.postgres.column.text.TextTypes;
import io.millrace.connect.postgres.server.PostgresType;
import io.millrace.connect.postgres.server.SqlText;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** The types of hstore, citext, PostGIS and pgvector. */
public final class ExtensionTypes {
  private static final int NO_MODIFIER = -1;
  private static final int WGS_84 = 4326;

  private ExtensionTypes() {}

  /** Chooses for a type; nothing if it is none of these. */
  public static Optional<ValueType> find(PostgresType.Extension type) {
    return Optional.ofNullable(
        switch (type.extension() + "." + type.type()) {
          case "hstore.hstore" -> hstore(type);
          case "citext.citext" -> TextTypes.sent(type);
          case "postgis.geometry", "postgis.geography" -> wkb(type);
          case "vector.vector" -> vector(type);
          default -> null;
        });
  }

  private static ValueType hstore(PostgresType type) {
    Field entries =
        new Field(
            MapVector.DATA_VECTOR_NAME,
            FieldType.notNullable(ArrowType.Struct.INSTANCE),
            List.of(
                new Field(MapVector.KEY_NAME, FieldType.notNullable(ArrowType.Utf8.INSTANCE), null),
                new Field(
                    MapVector.VALUE_NAME, FieldType.nullable(ArrowType.Utf8.INSTANCE), null)));
    return new ValueType(
        type.name(),
        new ArrowType.Map(/* keysSorted= */ false),
        Map.of(),
        List.of(entries),
        Selection.AS_SENT,
        Fit.WHOLE,
        ExtensionTexts.hstore(),
        (vector, policy) -> HstoreAppender.open((MapVector) vector, policy));
  }

  private static ValueType vector(PostgresType.Extension type) {
    boolean fixed = type.modifier() != NO_MODIFIER;
    var element =
        new Field(
            ListVector.DATA_VECTOR_NAME,
            FieldType.notNullable(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
            null);
    return new ValueType(
        type.name(),
        fixed ? new ArrowType.FixedSizeList(type.modifier()) : ArrowType.List.INSTANCE,
        Map.of(),
        List.of(element),
        Selection.AS_SENT,
        Fit.WHOLE,
        ExtensionTexts.vector(),
        (vector, policy) ->
            fixed
                ? new FixedSizeVectorAppender((FixedSizeListVector) vector)
                : new AnySizeVectorAppender((ListVector) vector));
  }

  /**
   * The modifier has the SRID in bits 8 to 28, signed; 0 is none. A geography without one is on WGS
   * 84. The metadata is GeoArrow's.
   */
  private static ValueType wkb(PostgresType.Extension type) {
    boolean geography = type.type().equals("geography");
    int srid = type.modifier() == NO_MODIFIER ? 0 : type.modifier() << 3 >> 11;
    String system =
        srid != 0 || geography
            ? "\"crs\":\"%d\",\"crs_type\":\"srid\"".formatted(srid == 0 ? WGS_84 : srid)
            : "";
    String metadata = "{%s%s}".formatted(system, geography ? ",\"edges\":\"spherical\"" : "");
    return TextTypes.bytes(type)
        .selectedBy(new Wkb(SqlText.identifier(type.schema())))
        .withExtension("geoarrow.wkb", metadata)
        .readFromText(new WkbText());
  }

  private record Wkb(String schema) implements Selection {
    @Override
    public String of(String value) {
      return "%s.ST_AsBinary(%s)".formatted(schema, value);
    }

    /** An array of several dimensions keeps them, to be refused for its depth. */
    @Override
    public Selection ofArray() {
      return value ->
          "CASE WHEN %1$s IS NULL THEN NULL WHEN pg_catalog.array_ndims(%1$s) > 1 THEN %1$s::bytea[] ELSE ARRAY(SELECT %2$s.ST_AsBinary(each) FROM pg_catalog.unnest(%1$s) AS each) END"
              .formatted(value, schema);
    }
  }
}
