package io.millrace.runtime.connect;

import io.millrace.core.MillraceException;
import io.millrace.core.options.FlatOptions;
import io.millrace.core.options.OptionSpec;
import io.millrace.core.window.RunRange;
import io.millrace.core.window.WindowOptions;
import io.millrace.runtime.config.Given;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.SourceSpec;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What Kafka Connect is told of a pipeline's source: one connector reads all streams of the
 * pipeline.
 *
 * @param name the connector's name
 * @param properties its configuration, with references where the file has them
 */
public record ConnectorConfig(String name, Map<String, String> properties) {
  /**
   * Any text. What the connector has read to its end it reads again only after this has changed.
   */
  public static final String REQUEST = "millrace.request";

  /** The connector class, which also names the plugin that validates the rest. */
  static final String CLASS = "connector.class";

  /** What stands before the options of {@code run:}. */
  private static final String RUN = "run.";

  private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
  private static final String TEXTS = "org.apache.kafka.connect.storage.StringConverter";
  private static final long BUFFERED_BATCHES = 16;
  private static final long LEAST_REQUEST = 1 << 20;
  private static final Pattern FILE = Pattern.compile("\\$\\{file:([^}]+)}");

  public ConnectorConfig {
    properties = Map.copyOf(properties);
  }

  /** What a worker must be told so that it resolves the references. */
  public static Map<String, String> workerProperties() {
    return Map.of(
        "config.providers", "env,directory",
        "config.providers.env.class",
            "org.apache.kafka.common.config.provider.EnvVarConfigProvider",
        "config.providers.directory.class",
            "org.apache.kafka.common.config.provider.DirectoryConfigProvider");
  }

  /**
   * What a worker is told that has this pipeline's connector alone: that, a group of its own, and
   * how each of its clients reaches the cluster. May hold secrets.
   */
  public static Map<String, String> workerProperties(Pipeline pipeline) {
    var properties = new LinkedHashMap<>(workerProperties());
    properties.put("group.id", "millrace-connect." + pipeline.name());
    pipeline
        .kafka()
        .client()
        .forEach(
            (key, value) ->
                Stream.of("", "producer.", "admin.")
                    .forEach(client -> properties.put(client + key, value)));
    return properties;
  }

  /** The name of a pipeline's connector: {@code millrace.<pipeline>}. */
  public static String name(Pipeline pipeline) {
    return "millrace." + pipeline.name();
  }

  /**
   * The connector of a pipeline's source.
   *
   * @param request see {@link #REQUEST}
   * @param range which windows are asked for, where the runs are windows
   * @throws MillraceException (CONFIGURATION) if an option cannot be handed to a connector
   */
  public static ConnectorConfig of(Pipeline pipeline, String request, RunRange range) {
    SourceSpec<?> source = pipeline.source();
    var properties = new LinkedHashMap<String, String>();
    properties.put(CLASS, source.connectorClass());
    properties.put("key.converter", BYTES);
    properties.put("value.converter", BYTES);
    properties.put("header.converter", TEXTS);
    properties.put("millrace.pipeline", pipeline.name());
    properties.put(REQUEST, request);
    properties.put("millrace.range", range.toString());
    source.given().text("tasks").ifPresent(tasks -> properties.put("tasks.max", tasks));
    producer(RecordLimit.of(source))
        .forEach((key, value) -> properties.put("producer.override." + key, value));
    properties.putAll(options(source));
    pipeline
        .kafka()
        .bootstrapServers()
        .ifPresent(servers -> properties.putAll(source.clusterProperties(servers)));
    pipeline.run().ifPresent(run -> properties.putAll(windows(run)));
    return new ConnectorConfig(name(pipeline), properties);
  }

  /**
   * Batches are compressed already. One request in flight, as Connect has it: of several to a
   * partition that its broker does not lead yet the first may be refused and the second taken,
   * after which brokers before Kafka 4.5 refuse the first for ever as out of order (KAFKA-15591).
   */
  private static Map<String, String> producer(RecordLimit limit) {
    long batch = limit.batchBytes();
    return Map.of(
        "acks", "all",
        "enable.idempotence", "true",
        "max.in.flight.requests.per.connection", "1",
        "compression.type", "none",
        "batch.size", Long.toString(batch),
        "max.request.size", Long.toString(Math.max(LEAST_REQUEST, batch)),
        "buffer.memory", Long.toString(BUFFERED_BATCHES * batch));
  }

  private static <O extends Record> Map<String, String> options(SourceSpec<O> source) {
    Given<O> given = source.given();
    return given
        .section()
        .located(
            () -> {
              Map<String, String> flat =
                  FlatOptions.flatten(OptionSpec.of(source.type().options()), given.written());
              flat.replaceAll(ConnectorConfig::forWorkers);
              return flat;
            });
  }

  /** References are resolved: none of it is secret, and the sinks must read the same. */
  private static Map<String, String> windows(Given<WindowOptions> run) {
    var properties = new LinkedHashMap<String, String>();
    FlatOptions.flatten(OptionSpec.of(WindowOptions.class), run.resolved())
        .forEach((key, text) -> properties.put(RUN + key, text));
    return properties;
  }

  /** Connect names a file's folder and the file; its provider {@code env} reads as ours. */
  private static String forWorkers(String key, String text) {
    return FILE.matcher(text)
        .replaceAll(m -> Matcher.quoteReplacement(secretFile(key, m.group(1))));
  }

  private static String secretFile(String key, String written) {
    Path file = Path.of(written).toAbsolutePath().normalize();
    if (file.toString().indexOf(':') >= 0 || file.getParent() == null) {
      throw MillraceException.configuration(
          key,
          "Cannot hand ${file:%s} to Kafka Connect: use the path of a file without a colon in it"
              .formatted(written));
    }
    return "${directory:%s:%s}".formatted(file.getParent(), file.getFileName());
  }
}
