package io.millrace.runtime.config;

import io.millrace.core.options.NearestWord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * Reads the {@code kafka} section: the settings of topics, and properties of any Kafka client. A
 * property that Kafka does not know may be that of a plugin (an interceptor, a login module), so it
 * is refused only if it is close to a known one.
 */
final class KafkaReader {
  static final String TOPIC = "topic";

  /** What would break the protocol, or what every client needs in its own way. */
  private static final Set<String> OURS =
      Set.of(
          ConsumerConfig.GROUP_ID_CONFIG,
          ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
          ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
          ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
          ConsumerConfig.ISOLATION_LEVEL_CONFIG,
          ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
          ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
          ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG,
          ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG,
          ProducerConfig.TRANSACTIONAL_ID_CONFIG);

  private static final Map<String, ConfigDef.ConfigKey> KNOWN = known();

  private final StageReader stages;
  private final References references;
  private final Findings findings;

  KafkaReader(StageReader stages, References references, Findings findings) {
    this.stages = stages;
    this.references = references;
    this.findings = findings;
  }

  private static Map<String, ConfigDef.ConfigKey> known() {
    var known = new TreeMap<String, ConfigDef.ConfigKey>();
    known.putAll(AdminClientConfig.configDef().configKeys());
    known.putAll(ConsumerConfig.configDef().configKeys());
    known.putAll(ProducerConfig.configDef().configKeys());
    return known;
  }

  /** The properties that hold a reference. */
  static Set<String> secrets() {
    return KNOWN.keySet().stream()
        .filter(KafkaReader::isSecret)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The properties that cannot be set. */
  static Set<String> refused() {
    return new TreeSet<>(OURS);
  }

  Optional<KafkaSettings> read(Map<String, Object> tree) {
    var properties = new LinkedHashMap<>(tree);
    Object topic = properties.remove(TOPIC);
    if (topic != null && !(topic instanceof Map)) {
      findings.report(place(TOPIC), "Expected keys such as partitions below it");
      return Optional.empty();
    }
    var topicTree = new LinkedHashMap<String, Object>();
    if (topic instanceof Map<?, ?> map) {
      map.forEach((key, value) -> topicTree.put(String.valueOf(key), value));
    }
    Map<String, String> client = client(properties);
    return stages
        .given(TopicSettings.class, topicTree, place(TOPIC))
        .map(given -> new KafkaSettings(given.options(), client));
  }

  private Map<String, String> client(Map<String, Object> written) {
    written.forEach(this::check);
    var client = new LinkedHashMap<String, String>();
    references
        .resolve(written, PipelineKeys.KAFKA, findings)
        .forEach(
            (key, value) -> {
              if (value instanceof String text && fits(key, text)) {
                client.put(key, text);
              }
            });
    return client;
  }

  private void check(String key, Object value) {
    if (OURS.contains(key)) {
      findings.report(place(key), "Cannot set \"%s\": Millrace sets it itself".formatted(key));
    } else if (!KNOWN.containsKey(key) && NearestWord.of(key, KNOWN.keySet()).isPresent()) {
      findings.report(place(key), NearestWord.unknown("key", key, KNOWN.keySet()));
    } else if (value instanceof Map || value instanceof List) {
      findings.report(place(key), "Expected a single value: properties are written as a.b: value");
    } else if (value != null && isSecret(key) && !References.hasReference(String.valueOf(value))) {
      findings.report(place(key), LiteralSecrets.MESSAGE);
    }
  }

  private static boolean isSecret(String key) {
    ConfigDef.ConfigKey known = KNOWN.get(key);
    return known != null && known.type == ConfigDef.Type.PASSWORD;
  }

  private boolean fits(String key, String text) {
    ConfigDef.ConfigKey known = KNOWN.get(key);
    if (known == null || isSecret(key)) {
      return true;
    }
    try {
      ConfigDef.parseType(key, text, known.type);
      return true;
    } catch (ConfigException e) {
      findings.report(
          place(key),
          "Cannot use \"%s\": expected a value of type %s"
              .formatted(text, known.type.name().toLowerCase(Locale.ROOT)));
      return false;
    }
  }

  private static String place(String key) {
    return Section.join(PipelineKeys.KAFKA, key);
  }
}
