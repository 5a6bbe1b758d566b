package io.millrace.runtime.simulation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * A consumer group as its coordinator sees it: who shall have which TopicPartition, who has it, and
 * the committed offsets. Members learn of it when they poll.
 */
final class SimulatedGroup {
  private final SimulatedLog log;
  private final Dice dice;
  private final Journal journal;
  private final List<GroupConsumer> members = new ArrayList<>();
  private final Map<TopicPartition, GroupConsumer> targets = new LinkedHashMap<>();
  private final Map<TopicPartition, GroupConsumer> owners = new LinkedHashMap<>();
  private final Map<TopicPartition, Long> committed = new LinkedHashMap<>();

  SimulatedGroup(SimulatedLog log, Dice dice, Journal journal) {
    this.log = log;
    this.dice = dice;
    this.journal = journal;
  }

  Map<TopicPartition, Long> committed() {
    return committed;
  }

  boolean has(GroupConsumer member) {
    return members.contains(member);
  }

  void join(GroupConsumer member) {
    members.add(member);
    rebalance();
  }

  /** The member is gone, or is thought to be: what it had is free. */
  void leave(GroupConsumer member) {
    members.remove(member);
    owners.values().removeIf(member::equals);
    rebalance();
  }

  /** Draws anew who shall have what; most stays where it is, unless all are to give all up. */
  void rebalance() {
    journal.note(Event.REBALANCE, "%d members", members.size());
    targets.clear();
    if (members.isEmpty()) {
      return;
    }
    boolean eager = dice.once(4);
    for (LogPartition partition : log.partitions()) {
      GroupConsumer owner = owners.get(partition.name());
      boolean stays = owner != null && members.contains(owner) && !eager && !dice.once(3);
      targets.put(partition.name(), stays ? owner : dice.oneOf(members));
    }
    if (eager) {
      members.forEach(GroupConsumer::giveAllUp);
    }
  }

  boolean isTarget(GroupConsumer member, TopicPartition lane) {
    return targets.get(lane) == member;
  }

  boolean owns(GroupConsumer member, TopicPartition lane) {
    return owners.get(lane) == member;
  }

  void release(GroupConsumer member, TopicPartition lane) {
    owners.remove(lane, member);
  }

  /** Gives the member what it shall have and nobody has. */
  List<TopicPartition> take(GroupConsumer member) {
    var taken = new ArrayList<TopicPartition>();
    targets.forEach(
        (lane, target) -> {
          if (target == member && !owners.containsKey(lane)) {
            taken.add(lane);
          }
        });
    taken.forEach(lane -> owners.put(lane, member));
    return taken;
  }

  /** The topic is gone, and with it what was known of it. */
  void forget(String topic) {
    for (var lanes : List.of(targets, owners, committed)) {
      lanes.keySet().removeIf(lane -> lane.topic().equals(topic));
    }
    members.forEach(member -> member.lose(topic));
    rebalance();
  }
}
