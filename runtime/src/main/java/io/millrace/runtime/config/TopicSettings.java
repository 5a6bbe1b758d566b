package io.millrace.runtime.config;

import io.millrace.core.MillraceException;
import io.millrace.core.options.Option;
import java.time.Duration;
import java.util.Optional;

/**
 * How a stream's topic is made; a topic that exists stays as it is.
 *
 * @param partitions Kafka's partitions of a topic
 * @param replication replicas of each
 * @param retention how long records stay, for ever if empty
 */
public record TopicSettings(
    @Option(
            value =
                "Partitions of each topic: how many lanes the sinks' processes can share."
                    + " A topic that exists keeps its own.",
            defaultValue = "4")
        int partitions,
    @Option(value = "Replicas of each topic. Left out: the cluster's default.", example = "3")
        Optional<Integer> replication,
    @Option(
            value =
                "How long the topics keep their records. Left out: for ever, so that any past run"
                    + " can be rebuilt from them.",
            example = "30d")
        Optional<Duration> retention) {

  private static final int MOST_PARTITIONS = 10_000;

  public TopicSettings {
    if (partitions < 1 || partitions > MOST_PARTITIONS) {
      throw MillraceException.configuration(
          "partitions",
          "Cannot make topics of %d partitions: 1 to %d are allowed"
              .formatted(partitions, MOST_PARTITIONS));
    }
    replication.ifPresent(
        replicas -> {
          if (replicas < 1 || replicas > Short.MAX_VALUE) {
            throw MillraceException.configuration(
                "replication",
                "Cannot make topics of %d replicas: use 1 or more".formatted(replicas));
          }
        });
  }
}
