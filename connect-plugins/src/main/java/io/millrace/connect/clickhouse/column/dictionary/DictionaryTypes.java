package io.millrace.connect.clickhouse.column.dictionary;

import io.millrace.connect.clickhouse.column.dictionary.LowCardinalityReader.FirstKey;
import io.millrace.connect.clickhouse.column.read.ValueType;
import io.millrace.connect.clickhouse.type.DataType;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** {@code LowCardinality} and enums. */
public final class DictionaryTypes {
  private static final int MOST_LABELS_16 = (1 << Short.SIZE) - 1;

  private final Function<DataType, ValueType> types;

  /** A table that finds what is inside in the one of all types. */
  public DictionaryTypes(Function<DataType, ValueType> types) {
    this.types = types;
  }

  /** Chooses for a type; nothing if it is none of these. */
  public Optional<ValueType> find(DataType type) {
    return Optional.ofNullable(
        switch (type.name()) {
          case "LowCardinality" -> lowCardinality(type);
          case "Enum8" -> labels(type, Byte.SIZE);
          case "Enum16" -> labels(type, Short.SIZE);
          default -> null;
        });
  }

  private ValueType lowCardinality(DataType type) {
    if (type.arguments().size() != 1
        || !(type.arguments().get(0) instanceof DataType.Inner inner)) {
      return null;
    }
    boolean nullable =
        inner.type().name().equals("Nullable")
            && inner.type().arguments().size() == 1
            && inner.type().arguments().get(0) instanceof DataType.Inner;
    // its values have no map of NULLs: the first key stands for it
    ValueType keys =
        nullable
            ? types
                .apply(((DataType.Inner) inner.type().arguments().get(0)).type())
                .nullable(inner.type().toString(), reader -> reader)
            : types.apply(inner.type());
    return new ValueType(
        type.toString(),
        keys.form(),
        keys.extension(),
        keys.children(),
        plain -> open(plain, keys, nullable ? FirstKey.NULL : FirstKey.VALUE));
  }

  private static LowCardinalityReader open(FieldVector plain, ValueType keys, FirstKey first) {
    FieldVector dictionary = keys.field("keys").createVector(plain.getAllocator());
    return new LowCardinalityReader(plain, keys.opener().open(dictionary), first);
  }

  private static ValueType labels(DataType type, int bits) {
    List<DataType.Label> labels =
        type.arguments().stream()
            .filter(DataType.Label.class::isInstance)
            .map(DataType.Label.class::cast)
            .toList();
    int most = 1 << (bits - 1);
    return labels.isEmpty()
            || labels.size() != type.arguments().size()
            || labels.size() > MOST_LABELS_16
            || labels.stream().anyMatch(l -> l.value() < -most || l.value() >= most)
        ? null
        : ValueType.flat(
            type.toString(),
            ArrowType.Utf8.INSTANCE,
            vector -> new EnumReader(vector, bits, labels));
  }
}
