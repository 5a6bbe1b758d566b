package io.millrace.runtime.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.TopicPartition;

/**
 * A member of a simulated group. What the coordinator has decided it learns in {@link #poll}; until
 * then it may be a zombie.
 */
final class GroupConsumer extends MockConsumer<byte[], byte[]> {
  private static final String GROUP = "";
  private static final int RECORDS = 3;
  private static final int MANY_RECORDS = 1_000;

  private final World world;
  private final SimulatedProcess process;
  private final SimulatedGroup group;
  private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();
  private final Map<TopicPartition, LogPartition> logs = new HashMap<>();
  private final List<TopicPartition> lost = new ArrayList<>();
  private final Set<TopicPartition> paused = new LinkedHashSet<>();
  private final List<Runnable> answers = new ArrayList<>();
  private final UnaryOperator<ConsumerRecord<byte[], byte[]>> mutation;
  private ConsumerRebalanceListener listener;
  private boolean givesAllUp;
  private long read;

  GroupConsumer(World world, SimulatedProcess process) {
    super("earliest");
    this.world = world;
    this.process = process;
    this.group = world.group();
    this.mutation = world.mutation().records();
  }

  /** Who hears of lanes that come and go. */
  void tell(ConsumerRebalanceListener lanes) {
    listener = lanes;
  }

  /** Goes up with everything read. */
  long read() {
    return read;
  }

  /** At its next poll it gives up all it has before it gets anything. */
  void giveAllUp() {
    givesAllUp = !positions.isEmpty();
  }

  /** The topic is not there any more. */
  void lose(String topic) {
    positions.keySet().stream().filter(lane -> lane.topic().equals(topic)).forEach(lost::add);
  }

  @Override
  public synchronized ConsumerRecords<byte[], byte[]> poll(Duration patience) {
    follow();
    List.copyOf(answers).forEach(Runnable::run);
    answers.clear();
    ConsumerRecords<byte[], byte[]> records = fetch();
    world.meanwhile(process, GROUP);
    return records;
  }

  private void follow() {
    if (!group.has(this)) {
      lost.clear();
      lost.addAll(positions.keySet());
      group.join(this);
    }
    if (!lost.isEmpty()) {
      var names = List.copyOf(lost);
      lost.clear();
      world.journal().note(Event.LANES_LOST, "%s loses %s", process, names);
      listener.onPartitionsLost(names);
      positions.keySet().removeAll(names);
      paused.removeAll(names);
    }
    List<TopicPartition> revoked =
        positions.keySet().stream()
            .filter(lane -> givesAllUp || !group.isTarget(this, lane))
            .toList();
    givesAllUp = false;
    if (!revoked.isEmpty()) {
      world.journal().note(Event.LANES_REVOKED, "%s gives up %s", process, revoked);
      listener.onPartitionsRevoked(revoked);
      positions.keySet().removeAll(revoked);
      paused.removeAll(revoked);
      revoked.forEach(lane -> group.release(this, lane));
      return;
    }
    List<TopicPartition> added = group.take(this);
    if (!added.isEmpty()) {
      world.journal().note(Event.LANES_ASSIGNED, "%s gets %s", process, added);
      added.forEach(
          lane -> {
            positions.put(lane, group.committed().get(lane));
            logs.put(lane, world.log().find(lane).orElseThrow());
          });
      listener.onPartitionsAssigned(added);
      for (TopicPartition lane : added) {
        if (positions.containsKey(lane) && positions.get(lane) == null) {
          positions.put(lane, logs.get(lane).start());
        }
        process.begins(logs.get(lane), positions.get(lane));
      }
    }
  }

  private ConsumerRecords<byte[], byte[]> fetch() {
    var records = new LinkedHashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
    var next = new LinkedHashMap<TopicPartition, OffsetAndMetadata>();
    for (var lane : positions.entrySet()) {
      TopicPartition name = lane.getKey();
      LogPartition partition = world.log().find(name).orElse(null);
      if (partition == null || paused.contains(name) || lost.contains(name)) {
        continue;
      }
      long from = lane.getValue();
      if (from < partition.start() || from > partition.end()) {
        from = partition.start();
        process.begins(partition, from);
      }
      var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
      long to = partition.read(from, world.isCalm() ? MANY_RECORDS : RECORDS, found);
      lane.setValue(to);
      if (to > from) {
        read++;
        next.put(name, new OffsetAndMetadata(to));
        if (!found.isEmpty()) {
          records.put(name, found.stream().map(mutation).toList());
        }
      }
    }
    return new ConsumerRecords<>(records, next);
  }

  @Override
  public synchronized Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> lanes) {
    var known = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (TopicPartition lane : lanes) {
      Long offset = group.committed().get(lane);
      known.put(lane, offset == null ? null : new OffsetAndMetadata(offset));
    }
    return known;
  }

  @Override
  public synchronized void commitAsync(
      Map<TopicPartition, OffsetAndMetadata> loaded, OffsetCommitCallback callback) {
    Map<TopicPartition, OffsetAndMetadata> offsets = mutated(loaded);
    ask(offsets);
    if (!world.isCalm() && world.dice().once(12)) {
      world.journal().note(Event.COMMIT_LATE, "%s: %s", process, offsets);
      world.later(() -> commit(offsets));
      answers.add(() -> callback.onComplete(offsets, new RetriableCommitFailedException("late")));
      return;
    }
    boolean accepted = commit(offsets);
    boolean heard = world.isCalm() || !world.dice().once(12);
    if (accepted && !heard) {
      world.journal().note(Event.COMMIT_UNANSWERED, "%s: %s", process, offsets);
    }
    Exception failure =
        !accepted
            ? new CommitFailedException("not a member")
            : heard ? null : new RetriableCommitFailedException("no answer");
    answers.add(() -> callback.onComplete(offsets, failure));
  }

  @Override
  public synchronized void commitSync(
      Map<TopicPartition, OffsetAndMetadata> offsets, Duration patience) {
    ask(offsets);
    if (!commit(offsets)) {
      throw new CommitFailedException("not a member");
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> mutated(
      Map<TopicPartition, OffsetAndMetadata> loaded) {
    var offsets = new LinkedHashMap<TopicPartition, OffsetAndMetadata>();
    loaded.forEach(
        (lane, offset) ->
            offsets.put(
                lane,
                new OffsetAndMetadata(
                    world.mutation().committed(offset.offset(), positions.get(lane)))));
    return offsets;
  }

  private void ask(Map<TopicPartition, OffsetAndMetadata> offsets) {
    offsets.forEach((lane, offset) -> world.invariants().mayCommit(process, lane, offset.offset()));
    if (!world.isCalm() && world.dice().once(40)) {
      world.evict(process);
    }
    world.meanwhile(process, GROUP);
  }

  /** A coordinator of the classic protocol may take a zombie's commit before all have noticed. */
  private boolean commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    boolean member = offsets.keySet().stream().allMatch(lane -> group.owns(this, lane));
    boolean zombie = !member && !world.isCalm() && world.dice().once(4);
    if (!member && !zombie) {
      world.journal().note(Event.COMMIT_REFUSED, "%s: %s", process, offsets);
      return false;
    }
    offsets.forEach(
        (lane, offset) ->
            world
                .log()
                .find(lane)
                .filter(logs.get(lane)::equals)
                .ifPresent(partition -> group.committed().put(lane, offset.offset())));
    world.journal().note(zombie ? Event.ZOMBIE_COMMITS : Event.COMMIT, "%s: %s", process, offsets);
    return true;
  }

  @Override
  public synchronized void seek(TopicPartition lane, long offset) {
    world.journal().note(Event.FOLLOWS_HINT, "%s: %s from %d", process, lane, offset);
    positions.put(lane, offset);
  }

  @Override
  public synchronized void seekToBeginning(Collection<TopicPartition> lanes) {
    lanes.forEach(lane -> positions.put(lane, logs.get(lane).start()));
  }

  @Override
  public synchronized long position(TopicPartition lane) {
    return positions.get(lane);
  }

  @Override
  public synchronized Set<TopicPartition> assignment() {
    return Set.copyOf(positions.keySet());
  }

  @Override
  public synchronized void pause(Collection<TopicPartition> lanes) {
    paused.addAll(lanes);
  }

  @Override
  public synchronized void resume(Collection<TopicPartition> lanes) {
    paused.removeAll(lanes);
  }

  @Override
  public synchronized Set<TopicPartition> paused() {
    return Set.copyOf(paused);
  }

  @Override
  public synchronized OptionalLong currentLag(TopicPartition lane) {
    return OptionalLong.empty();
  }
}
