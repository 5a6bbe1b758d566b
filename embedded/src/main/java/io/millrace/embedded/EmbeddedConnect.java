package io.millrace.embedded;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.connector.policy.AllConnectorClientConfigOverridePolicy;
import org.apache.kafka.connect.runtime.distributed.DistributedConfig;
import org.apache.kafka.connect.runtime.distributed.DistributedHerder;
import org.apache.kafka.connect.runtime.isolation.LoaderSwap;
import org.apache.kafka.connect.runtime.isolation.Plugins;
import org.apache.kafka.connect.runtime.rest.ConnectRestServer;
import org.apache.kafka.connect.runtime.rest.RestClient;

/**
 * A worker of Kafka Connect's distributed mode in this JVM, with its REST API on 127.0.0.1.
 * Offsets, connectors and their states live in topics of the cluster, so that a worker started
 * again, or another one, goes on.
 */
public final class EmbeddedConnect implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration REST_STOP_LIMIT = Duration.ofSeconds(1);
  private static final Duration HERDER_STOP_LIMIT = Duration.ofSeconds(5);

  private final ConnectRestServer rest;
  private final DistributedHerder herder;
  private final URI url;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedConnect(ConnectRestServer rest, DistributedHerder herder, URI url) {
    this.rest = rest;
    this.herder = herder;
    this.url = url;
  }

  /**
   * Starts a worker and waits until it is a member of its group and takes connectors.
   *
   * @param bootstrapServers the cluster that holds the worker's topics, and by default its
   *     connectors'
   * @param pluginPath folder whose subfolders are plugins, found by their ServiceLoader manifests
   * @param overrides worker properties by Connect's names, e.g. {@code group.id}, on top of the
   *     embedded worker's own
   * @throws EmbeddedException when the worker does not start
   */
  public static EmbeddedConnect start(
      String bootstrapServers, Path pluginPath, Map<String, String> overrides) {
    if (!Files.isDirectory(pluginPath)) {
      throw new EmbeddedException(
          "Cannot start Connect with plugins of " + pluginPath + ": expected a folder");
    }
    var properties = WorkerProperties.of(bootstrapServers, pluginPath, overrides);
    try {
      var connect = launch(properties);
      connect.awaitReady();
      return connect;
    } catch (RuntimeException e) {
      throw new EmbeddedException(
          "Cannot start Connect on Kafka %s with plugins of %s: %s"
              .formatted(bootstrapServers, pluginPath, e.getMessage()),
          e);
    }
  }

  /**
   * Puts the parts together as {@code ConnectDistributed.startConnect} does, but without its
   * shutdown hook, which would race with the owner's own order, and without its {@code System.exit}
   * on failure.
   */
  private static EmbeddedConnect launch(Map<String, String> properties) {
    var plugins = new Plugins(properties);
    try (LoaderSwap swap = plugins.withClassLoader(plugins.delegatingLoader())) {
      var config = new DistributedConfig(properties);
      var restClient = new RestClient(config);
      var rest = new ConnectRestServer(config.rebalanceTimeout(), restClient, config.originals());
      try {
        rest.initializeServer();
        URI url = rest.advertisedUrl();
        var herder = new Herders().herder(config, url, plugins, rest, restClient);
        var connect = new EmbeddedConnect(rest, herder, url);
        herder.start();
        rest.initializeResources(herder);
        return connect;
      } catch (RuntimeException e) {
        BoundedStop.within(REST_STOP_LIMIT, "connect-rest", rest::stop);
        throw e;
      }
    }
  }

  private void awaitReady() {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!herder.isReady()) {
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        close();
        throw new EmbeddedException(
            "worker " + url + " did not join its group within " + START_LIMIT.toSeconds() + " s");
      }
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
  }

  /** The REST API, e.g. {@code http://127.0.0.1:40123}, without a slash at the end. */
  public String url() {
    return "http://" + url.getAuthority();
  }

  /**
   * Stops tasks, connectors and the REST API in order, within 6 seconds; close Kafka afterwards.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    // Jetty waits up to a minute for open requests, and at times for ever: the tasks must not wait
    // with it.
    BoundedStop.within(REST_STOP_LIMIT, "connect-rest", rest::stop);
    BoundedStop.within(HERDER_STOP_LIMIT, "connect-herder", herder::stop);
  }

  /**
   * A worker as a process of its own: {@code EmbeddedConnect BOOTSTRAP PLUGIN_PATH REST_PORT
   * [KEY=VALUE...]} prints {@code url=http://127.0.0.1:PORT} when it is ready, and runs until it is
   * terminated.
   */
  public static void main(String[] args) throws InterruptedException {
    if (args.length < 3) {
      System.err.println(
          "Usage: EmbeddedConnect BOOTSTRAP PLUGIN_PATH REST_PORT (0 for a free port)"
              + " [KEY=VALUE...]");
      System.exit(2);
    }
    var overrides = new HashMap<String, String>();
    overrides.put("listeners", "http://127.0.0.1:" + Integer.parseInt(args[2]));
    for (String property : Arrays.copyOfRange(args, 3, args.length)) {
      int equals = property.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "Cannot use \"" + property + "\" as a worker property: expected KEY=VALUE");
      }
      overrides.put(property.substring(0, equals), property.substring(equals + 1));
    }
    var connect = start(args[0], Path.of(args[1]), overrides);
    ChildJvm.serve(connect, "url=" + connect.url());
  }

  /**
   * Opens the one step of Connect's own start that is not public: wiring a herder to its topics.
   */
  private static final class Herders extends ConnectDistributed {
    DistributedHerder herder(
        DistributedConfig config,
        URI url,
        Plugins plugins,
        ConnectRestServer rest,
        RestClient restClient) {
      // Connectors may set any client property, e.g. producer.override.batch.size.
      var allowAll = new AllConnectorClientConfigOverridePolicy();
      return createHerder(config, url.getAuthority(), plugins, allowAll, rest, restClient);
    }
  }
}
