package io.millrace.transforms.filter;

import io.millrace.core.MillraceException;
import io.millrace.core.Unit;
import io.millrace.core.stage.Transform;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** Leaves out the rows for which a condition is not true: those for which it is unknown too. */
public final class Filter implements Transform {
  private final Schema schema;
  private final Predicate predicate;

  private Filter(Schema schema, Predicate predicate) {
    this.schema = schema;
    this.predicate = predicate;
  }

  /**
   * Makes sure that a condition can be read, whatever the schema.
   *
   * @param key the option that has the condition
   * @throws MillraceException (CONFIGURATION) if it cannot
   */
  public static void requireReadable(String key, String condition) {
    ConditionParser.parse(new Tokens(key, condition));
  }

  /**
   * A filter of batches of this schema.
   *
   * @param key the option that has the condition
   * @throws MillraceException (CONFIGURATION) if the condition cannot be read, or does not fit the
   *     schema
   */
  public static Filter of(String key, String condition, Schema schema) {
    var tokens = new Tokens(key, condition);
    return new Filter(schema, new Binding(schema, tokens).bind(ConditionParser.parse(tokens)));
  }

  @Override
  public Schema output() {
    return schema;
  }

  @Override
  public VectorSchemaRoot apply(VectorSchemaRoot batch, Unit unit) {
    Selection kept;
    try {
      kept = new Selection(predicate.test(batch).yes(), batch.getRowCount());
    } catch (RuntimeException e) {
      batch.close();
      throw e;
    }
    if (kept.rows() == batch.getRowCount()) {
      return batch;
    }
    try (batch) {
      return kept.of(batch);
    }
  }
}
