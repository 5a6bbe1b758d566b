package io.millrace.runtime.config;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.core.options.OptionSpec;
import io.millrace.core.stage.StageType;
import io.millrace.core.window.WindowOptions;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes the JSON Schema of a pipeline's file, for editors, from what the options declare of
 * themselves. It is of draft 7, the newest that all of them read. What only Kafka or a stage itself
 * can tell is not in it: {@code millrace validate} knows more.
 */
public final class PipelineSchema {
  private static final String DRAFT = "http://json-schema.org/draft-07/schema#";
  private static final String DEFINITIONS = "#/definitions/";

  private final ObjectNode definitions = JsonNodeFactory.instance.objectNode();

  private PipelineSchema() {}

  /** The schema for a Millrace that has these types. */
  public static String of(StageTypes types) {
    return new PipelineSchema().file(types).toPrettyString() + "\n";
  }

  private ObjectNode file(StageTypes types) {
    ObjectNode file = OptionSchema.group(PipelineKeys.SPECS);
    var keys = (ObjectNode) file.get("properties");
    name(keys, PipelineKeys.SPECS.get(0).doc());
    describe(keys, PipelineKeys.RUN, OptionSchema.group(OptionSpec.of(WindowOptions.class)));
    describe(keys, PipelineKeys.SOURCE, stage("source", types.sources(), Map.of()));
    describe(
        keys,
        PipelineKeys.TRANSFORMS,
        OptionSchema.list(stage("transform", types.transforms(), Map.of())));
    var sinkName = JsonNodeFactory.instance.objectNode();
    name(sinkName, "The sink's name; where there is only one it may be left out.");
    describe(
        keys,
        PipelineKeys.SINKS,
        OptionSchema.list(stage("sink", types.sinks(), Map.of("name", sinkName.get("name"))))
            .put("minItems", 1));
    describe(keys, PipelineKeys.KAFKA, kafka());
    describe(keys, PipelineKeys.CONNECT, OptionSchema.group(OptionSpec.of(ConnectSettings.class)));

    var whole = JsonNodeFactory.instance.objectNode();
    whole.put("$schema", DRAFT).put("title", "Millrace pipeline");
    whole.setAll(file);
    whole.set("definitions", definitions);
    return whole;
  }

  private static void name(ObjectNode keys, String doc) {
    keys.putObject(PipelineKeys.NAME)
        .put("description", doc)
        .put("pattern", "^[a-z0-9_-]+$")
        .putArray("type")
        .add("string")
        .add("integer");
  }

  /** Puts in what stands below a key, under what is said of the key itself. */
  private static void describe(ObjectNode keys, String key, ObjectNode value) {
    var described = JsonNodeFactory.instance.objectNode();
    described.set("description", keys.get(key).get("description"));
    described.setAll(value);
    keys.set(key, described);
  }

  /** A stage of any of these types; which one it is says what other keys there are. */
  private <T extends StageType<?>> ObjectNode stage(
      String word, Map<String, T> types, Map<String, ?> more) {
    ObjectNode stage = JsonNodeFactory.instance.objectNode().put("type", "object");
    stage.putArray("required").add(StageReader.TYPE);
    OptionSchema.words(
        stage
            .putObject("properties")
            .putObject(StageReader.TYPE)
            .put("description", "The kind of %s.".formatted(word)),
        List.copyOf(types.keySet()));
    var cases = stage.putArray("allOf");
    types.forEach(
        (name, type) -> {
          String definition = word + "-" + name;
          define(definition, name, type, more);
          ObjectNode one = cases.addObject();
          ObjectNode condition = one.putObject("if");
          condition.putObject("properties").putObject(StageReader.TYPE).put("const", name);
          condition.putArray("required").add(StageReader.TYPE);
          one.putObject("then").put("$ref", DEFINITIONS + definition);
        });
    return stage;
  }

  private void define(String definition, String name, StageType<?> type, Map<String, ?> more) {
    ObjectNode options = OptionSchema.group(OptionSpec.of(type.options()));
    var keys = (ObjectNode) options.get("properties");
    keys.putObject(StageReader.TYPE).put("const", name);
    more.forEach((key, value) -> keys.set(key, (ObjectNode) value));
    definitions.set(definition, options);
  }

  /** What Kafka's clients take is not all known; what is refused of it is. */
  private static ObjectNode kafka() {
    ObjectNode kafka = OptionSchema.group(List.of());
    var keys = (ObjectNode) kafka.get("properties");
    keys.set(KafkaReader.TOPIC, OptionSchema.group(OptionSpec.of(TopicSettings.class)));
    OptionSchema.scalar(
        keys.putObject(KafkaSettings.BOOTSTRAP_SERVERS)
            .put("description", KafkaSettings.BOOTSTRAP_SERVERS_DOC));
    Set<String> secrets = KafkaReader.secrets();
    secrets.forEach(
        key ->
            keys.putObject(key)
                .put("type", "string")
                .put("pattern", OptionSchema.HAS_REFERENCE)
                .put("description", "A secret of Kafka's clients: holds a reference."));
    KafkaReader.refused().forEach(key -> keys.put(key, false));
    kafka.set("additionalProperties", OptionSchema.scalar(JsonNodeFactory.instance.objectNode()));
    return kafka;
  }
}
