package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.Unit;
import io.millrace.core.stage.Transform;
import java.util.List;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** Leaves batches as they are, and cannot bear one id. */
final class Fastidious implements TransformChain {
  static final long POISON = 666;

  @Override
  public List<Transform> open(Schema input) {
    return List.of(
        new Transform() {
          @Override
          public Schema output() {
            return input;
          }

          @Override
          public VectorSchemaRoot apply(VectorSchemaRoot batch, Unit unit) {
            var ids = (BigIntVector) batch.getVector(0);
            for (int i = 0; i < batch.getRowCount(); i++) {
              if (ids.get(i) == POISON) {
                batch.close();
                throw MillraceException.data("Cannot bear " + POISON);
              }
            }
            return batch;
          }
        });
  }

  @Override
  public String fingerprint() {
    return "fastidious";
  }
}
