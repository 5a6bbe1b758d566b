package io.millrace.transforms;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.Unit;
import io.millrace.transforms.values.Layout;
import io.millrace.transforms.values.Value;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** What is known of the unit that a batch is a part of. */
public enum Origin {
  PIPELINE,
  STREAM,
  RUN,
  PLAN,
  PARTITION,
  /**
   * When the unit's plan was made, by the source's clock. Not the time of loading, nor that of the
   * attempt: those differ between two loads of the same unit.
   */
  INGESTED_AT;

  ArrowType type() {
    return this == INGESTED_AT
        ? new ArrowType.Timestamp(TimeUnit.MILLISECOND, "UTC")
        : ArrowType.Utf8.INSTANCE;
  }

  Value of(Unit unit) {
    return switch (this) {
      case PIPELINE -> text(unit.stream().pipeline());
      case STREAM -> text(unit.stream().name());
      case RUN -> text(unit.run().value());
      case PLAN -> text(unit.plan().toString());
      case PARTITION -> text(unit.partition());
      case INGESTED_AT -> new Value.OfLong(unit.plan().epochMillis(), Layout.INT64);
    };
  }

  private static Value text(String text) {
    return new Value.OfBytes(text.getBytes(UTF_8));
  }
}
