package io.millrace.runtime.config;

import io.millrace.core.stage.SinkType;
import io.millrace.core.stage.SourceType;
import io.millrace.core.stage.StageType;
import io.millrace.core.stage.TransformType;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * The types that a pipeline can name, by the word after {@code type:}, in order of the words.
 *
 * @param sources what can be read
 * @param transforms what can be done to batches
 * @param sinks where batches can go
 */
public record StageTypes(
    Map<String, SourceType<?>> sources,
    Map<String, TransformType<?>> transforms,
    Map<String, SinkType<?>> sinks) {

  /** What the class path offers. */
  @SuppressWarnings({"rawtypes", "unchecked"}) // ServiceLoader knows no type arguments
  public static StageTypes installed() {
    return new StageTypes(
        (Map) byName(ServiceLoader.load(SourceType.class)),
        (Map) byName(ServiceLoader.load(TransformType.class)),
        (Map) byName(ServiceLoader.load(SinkType.class)));
  }

  private static <T extends StageType<?>> Map<String, T> byName(Iterable<T> types) {
    var byName = new TreeMap<String, T>();
    types.forEach(type -> byName.put(type.name(), type));
    return byName;
  }
}
