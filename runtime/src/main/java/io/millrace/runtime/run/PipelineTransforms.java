package io.millrace.runtime.run;

import io.millrace.core.stage.Transform;
import io.millrace.runtime.config.TransformSpec;
import io.millrace.runtime.sink.TransformChain;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Schema;

/** The transforms as a pipeline's file lists them. */
final class PipelineTransforms implements TransformChain {
  private final List<TransformSpec<?>> specs;

  PipelineTransforms(List<TransformSpec<?>> specs) {
    this.specs = specs;
  }

  @Override
  public List<Transform> open(Schema input) {
    var opened = new ArrayList<Transform>();
    Schema schema = input;
    for (TransformSpec<?> spec : specs) {
      Transform transform = spec.open(schema);
      schema = transform.output();
      opened.add(transform);
    }
    return opened;
  }

  /**
   * The text of the file says what a transform does; references stay unresolved, for they hold
   * secrets.
   */
  @Override
  public String fingerprint() {
    return specs.stream()
        .map(spec -> spec.type().name() + spec.given().written())
        .collect(Collectors.joining(";"));
  }
}
