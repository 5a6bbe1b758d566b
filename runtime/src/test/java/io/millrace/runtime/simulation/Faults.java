package io.millrace.runtime.simulation;

import java.util.List;

/**
 * What goes wrong with processes, the group, its offsets and the log; what a store answers is not
 * among it.
 */
final class Faults {
  /** All topics there are. */
  static final List<String> TOPICS =
      List.of(
          SimulatedSource.RIDES.topic(),
          SimulatedSource.ZONES.topic(),
          ChangeSource.FARES.changesTopic());

  private final World world;
  private final Dice dice;
  private final SimulatedGroup group;
  private final SimulatedLog log;

  Faults(World world) {
    this.world = world;
    this.dice = world.dice();
    this.group = world.group();
    this.log = world.log();
  }

  /** One of them strikes, or none that finds anything to strike at. */
  void strike() {
    int draw = dice.below(100);
    if (draw < 30) {
      strikeProcess(draw);
    } else if (draw < 55) {
      world.start();
    } else if (draw < 75) {
      strikeGroup();
    } else if (draw < 85) {
      strikeOffsets();
    } else if (draw < 92) {
      strikeLog();
    }
  }

  private void strikeProcess(int draw) {
    List<SimulatedProcess> alive =
        world.processes().stream().filter(process -> !process.isDead()).toList();
    if (alive.isEmpty()) {
      return;
    }
    SimulatedProcess process = dice.oneOf(alive);
    if (process.isPaused()) {
      world.journal().note(Event.PROCESS_GOES_ON, "%s", process);
      process.pause(false);
    } else if (draw < 8) {
      world.journal().note(Event.PROCESS_PAUSES, "%s", process);
      process.pause(true);
    } else if (draw < 14) {
      world.journal().note(Event.PROCESS_CRASHES, "%s", process);
      process.crash();
    } else if (draw < 26) {
      process.crashIn(dice.below(40));
    } else if (process.isBetweenSteps()) {
      world.journal().note(Event.PROCESS_STOPS, "%s", process);
      process.stop();
      group.leave(process.consumer());
    }
  }

  private void strikeGroup() {
    if (world.processes().isEmpty()) {
      return;
    }
    if (dice.once(2)) {
      group.rebalance();
    } else {
      SimulatedProcess process = dice.oneOf(world.processes());
      if (process.isDead() || process.isPaused() || dice.once(4)) {
        world.evict(process);
      }
      if (process.isDead() && !group.has(process.consumer()) && process.isBetweenSteps()) {
        world.processes().remove(process);
      }
    }
  }

  private void strikeOffsets() {
    if (group.committed().isEmpty()) {
      return;
    }
    var lane = dice.oneOf(List.copyOf(group.committed().keySet()));
    LogPartition partition = log.find(lane).orElseThrow();
    int draw = dice.below(6);
    if (draw < 2) {
      world.journal().note(Event.OFFSETS_LOST, "%s", lane);
      group.committed().remove(lane);
    } else if (draw < 3) {
      long offset = partition.stableEnd();
      world.journal().note(Event.OFFSETS_FORWARD, "%s to %d", lane, offset);
      group.committed().put(lane, offset);
    } else {
      long before = group.committed().get(lane);
      long offset = Math.max(partition.start(), before - dice.below(10));
      world.journal().note(Event.OFFSETS_BACK, "%s to %d", lane, offset);
      group.committed().put(lane, offset);
    }
  }

  private void strikeLog() {
    String topic = dice.oneOf(TOPICS);
    int draw = dice.below(10);
    if (draw < 3 && log.partitions(topic).size() < 3) {
      log.addPartition(topic);
      world.journal().note(Event.PARTITION_ADDED, "%s", topic);
      group.rebalance();
    } else if (draw < 7) {
      LogPartition partition = dice.oneOf(log.partitions());
      long to = partition.start() + dice.below(6);
      if (to <= partition.stableEnd()) {
        world.journal().note(Event.LOG_TRUNCATED, "%s to %d", partition.name(), to);
        excuse(partition, partition.start(), to);
        partition.truncate(to);
      }
    } else if (draw < 8) {
      world.journal().note(Event.TOPIC_RECREATED, "%s", topic);
      log.partitions(topic).forEach(old -> excuse(old, old.start(), old.end()));
      log.create(topic, log.partitions(topic).size());
      group.forget(topic);
    }
  }

  /** Nobody has to load what had a record there. */
  private static void excuse(LogPartition partition, long from, long to) {
    for (long offset = from; offset < to; offset++) {
      SourceAttempt attempt = partition.at(offset).attempt();
      if (attempt != null) {
        attempt.excuse();
      }
    }
  }
}
