package io.millrace.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Apache Kafka in this JVM: one KRaft node, broker and controller, on 127.0.0.1. The folder is
 * formatted at the first start; later starts find their topics and records again, also after {@code
 * kill -9}.
 */
public final class EmbeddedKafka implements AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final FolderLock lock;
  private final KafkaRaftServer server;
  private final String bootstrapServers;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedKafka(FolderLock lock, KafkaRaftServer server, String bootstrapServers) {
    this.lock = lock;
    this.server = server;
    this.bootstrapServers = bootstrapServers;
  }

  /** Starts on the folder's port, with the settings of {@link #start(Path, int, Map)}. */
  public static EmbeddedKafka start(Path dataFolder) {
    return start(dataFolder, 0, Map.of());
  }

  /**
   * Starts and waits until clients are served.
   *
   * @param dataFolder created if absent; used by one process at a time
   * @param port the port clients connect to, 0 for the one of the start before, or another if that
   *     is not free
   * @param overrides broker properties by Kafka's names, on top of the embedded node's own
   * @throws EmbeddedException when the folder is in use or Kafka does not start
   */
  public static EmbeddedKafka start(Path dataFolder, int port, Map<String, String> overrides) {
    try {
      FolderLock lock = FolderLock.take(dataFolder);
      try {
        return start(lock, port == 0 ? FreePort.of(lock) : port, overrides);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new EmbeddedException("Cannot use " + dataFolder + " for Kafka: " + e, e);
    }
  }

  private static EmbeddedKafka start(FolderLock lock, int port, Map<String, String> overrides)
      throws IOException {
    Path logFolder = lock.folder().resolve("log");
    var properties = BrokerProperties.of(logFolder, port, FreePort.find(), overrides);
    formatOnce(logFolder);
    KafkaRaftServer server = null;
    try {
      server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
      server.startup();
    } catch (Exception e) { // Scala throws checked ones without saying so
      if (server != null) {
        BoundedStop.within(STOP_LIMIT, "kafka", server::shutdown);
      }
      throw new EmbeddedException(
          "Cannot start Kafka in %s on 127.0.0.1:%d: %s".formatted(logFolder, port, e.getMessage()),
          e);
    }
    return new EmbeddedKafka(lock, server, "127.0.0.1:" + port);
  }

  /** What {@code kafka-storage.sh format} does; meta.properties is the last file it writes. */
  private static void formatOnce(Path logFolder) throws IOException {
    if (Files.exists(logFolder.resolve("meta.properties"))) {
      return;
    }
    var quiet = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    try {
      new Formatter()
          .setNodeId(BrokerProperties.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(logFolder.toString())
          .setMetadataLogDirectory(logFolder.toString())
          .setControllerListenerName(BrokerProperties.CONTROLLER_LISTENER)
          .setPrintStream(quiet)
          .run();
    } catch (Exception e) {
      throw new IOException("Cannot format " + logFolder + " as Kafka storage", e);
    }
  }

  /** What clients put into {@code bootstrap.servers}: 127.0.0.1 and the port. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Stops in order within 5 seconds; close the clients first. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    boolean stopped = BoundedStop.within(STOP_LIMIT, "kafka", server::shutdown);
    // A broker that still runs keeps its folder locked: a second one would write into the same log.
    if (stopped) {
      try {
        lock.close();
      } catch (IOException e) {
        throw new UncheckedIOException("Cannot unlock " + lock.folder(), e);
      }
    }
  }

  /**
   * A broker as a process of its own: {@code EmbeddedKafka DATA_FOLDER PORT [NAME=VALUE...]}, with
   * broker properties, prints {@code bootstrap=127.0.0.1:PORT} when it is ready, and runs until it
   * is terminated.
   */
  public static void main(String[] args) throws InterruptedException {
    if (args.length < 2) {
      System.err.println(
          "Usage: EmbeddedKafka DATA_FOLDER PORT (0 for a free port) [NAME=VALUE...]");
      System.exit(2);
    }
    var overrides = new HashMap<String, String>();
    for (String setting : List.of(args).subList(2, args.length)) {
      int equals = setting.indexOf('=');
      overrides.put(setting.substring(0, equals), setting.substring(equals + 1));
    }
    var kafka = start(Path.of(args[0]), Integer.parseInt(args[1]), overrides);
    ChildJvm.serve(kafka, "bootstrap=" + kafka.bootstrapServers());
  }
}
