package io.millrace.embedded;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The settings of the one embedded node: stock where clients can notice, small where only memory
 * would.
 */
final class BrokerProperties {
  static final int NODE_ID = 1;
  static final String CONTROLLER_LISTENER = "CONTROLLER";

  private static final String PROTOCOLS =
      "PLAINTEXT:PLAINTEXT," + CONTROLLER_LISTENER + ":PLAINTEXT";

  private static final Map<String, String> ONE_NODE =
      Map.ofEntries(
          Map.entry("auto.create.topics.enable", "false"),
          Map.entry("offsets.topic.replication.factor", "1"),
          Map.entry("offsets.topic.num.partitions", "4"),
          Map.entry("transaction.state.log.replication.factor", "1"),
          Map.entry("transaction.state.log.min.isr", "1"),
          Map.entry("transaction.state.log.num.partitions", "4"),
          Map.entry("share.coordinator.state.topic.replication.factor", "1"),
          Map.entry("share.coordinator.state.topic.min.isr", "1"),
          Map.entry("share.coordinator.state.topic.num.partitions", "1"),
          Map.entry("group.initial.rebalance.delay.ms", "0"),
          // After kill -9 the controller takes the old process for alive this long, and keeps the
          // new one waiting.
          Map.entry("broker.session.timeout.ms", "3000"),
          Map.entry("broker.heartbeat.interval.ms", "500"));

  private static final Map<String, String> SMALL =
      Map.ofEntries(
          // Stock takes 128 MiB of heap; 4 MiB still cleans segments with 150,000 distinct keys in
          // one pass.
          Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
          Map.entry("num.network.threads", "2"),
          Map.entry("num.io.threads", "4"),
          Map.entry("background.threads", "2"),
          Map.entry("num.recovery.threads.per.data.dir", "1"),
          Map.entry("group.coordinator.threads", "1"),
          Map.entry("group.coordinator.background.threads", "1"),
          // Stock lets requests of up to 100 MiB each queue without a bound: 32 MiB in all are
          // enough.
          Map.entry("socket.request.max.bytes", "33554432"),
          Map.entry("queued.max.request.bytes", "33554432"));

  private BrokerProperties() {}

  /**
   * Broker properties for one node.
   *
   * @param logFolder formatted storage
   * @param port the clients' port on 127.0.0.1
   * @param controllerPort the controller's port; it may change with every start
   * @param overrides win over everything here
   */
  static Map<String, String> of(
      Path logFolder, int port, int controllerPort, Map<String, String> overrides) {
    var properties = new HashMap<String, String>();
    properties.putAll(node(logFolder, port, controllerPort));
    properties.putAll(ONE_NODE);
    properties.putAll(SMALL);
    properties.putAll(overrides);
    return properties;
  }

  private static Map<String, String> node(Path logFolder, int port, int controllerPort) {
    String controller = CONTROLLER_LISTENER + "://127.0.0.1:" + controllerPort;
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", Integer.toString(NODE_ID)),
        // A static quorum is not written into the storage, so that the port is free to change.
        Map.entry("controller.quorum.voters", NODE_ID + "@127.0.0.1:" + controllerPort),
        Map.entry("controller.listener.names", CONTROLLER_LISTENER),
        Map.entry("listeners", "PLAINTEXT://127.0.0.1:" + port + "," + controller),
        Map.entry("listener.security.protocol.map", PROTOCOLS),
        Map.entry("log.dirs", logFolder.toString()));
  }
}
