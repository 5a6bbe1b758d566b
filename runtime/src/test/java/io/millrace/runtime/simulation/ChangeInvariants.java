package io.millrace.runtime.simulation;

import io.millrace.core.PlanId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.runtime.simulation.Changes.Change;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The invariants of change chains: I4 (one successor, positions rise, no gap but what was decided),
 * and of their files I2, I3, I6 and I7. Keeps what it saw.
 */
final class ChangeInvariants {
  /** Says that something must hold. */
  @FunctionalInterface
  interface Requirement {
    void require(boolean holds, String pattern, Object... values);
  }

  private final World world;
  private final Requirement requirement;
  private final Map<Bucket, List<ChangeEntry>> chains = new HashMap<>();
  private final Map<Bucket, Integer> published = new HashMap<>();
  private final Map<String, ChangeEntry> byStaged = new HashMap<>();
  private final Map<String, ChangeEntry> byPath = new HashMap<>();

  ChangeInvariants(World world, Requirement requirement) {
    this.world = world;
    this.requirement = requirement;
  }

  private void require(boolean holds, String pattern, Object... values) {
    requirement.require(holds, pattern, values);
  }

  /** Where the bucket's chain ends. */
  Position end(Bucket bucket) {
    List<ChangeEntry> chain = chains.getOrDefault(bucket, List.of());
    return chain.isEmpty() ? Position.START : chain.get(chain.size() - 1).reach().last();
  }

  /** The files that entries name. */
  Set<String> named() {
    return byPath.keySet();
  }

  /** A document of a chain was created: {@code changes/stream/generation/bucket/document}. */
  void created(String[] names) {
    Bucket bucket = world.changes().bucket(PlanId.parse(names[2]), Integer.parseInt(names[3]));
    int dot = names[4].indexOf('.');
    int number = Integer.parseInt(names[4].substring(0, dot));
    if (names[4].endsWith(".published")) {
      published(bucket, number);
    } else {
      entry(bucket, number);
    }
  }

  private void entry(Bucket bucket, int number) {
    List<ChangeEntry> chain = chains.computeIfAbsent(bucket, key -> new ArrayList<>());
    ChangeEntry entry = world.invariants().ledger().chains().newest(bucket).orElseThrow();
    require(
        entry.cut().number() == number && number == chain.size(),
        "I4: entry %d of %s comes after %d others",
        number,
        bucket,
        chain.size());
    require(
        published.getOrDefault(bucket, -1) == number - 1,
        "I4: entry %d of %s stands before the one before it is published",
        number,
        bucket);
    Position end = end(bucket);
    ChangeEntry.Reach reach = entry.reach();
    require(
        reach.after().equals(end) && reach.last().compareTo(end) >= 0,
        "I4: %s goes from %s to %s, and the chain ends at %s",
        entry.cut(),
        reach.after(),
        reach.last(),
        end);
    List<Change> changes = entry.gap().isPresent() ? List.of() : changes(entry);
    require(
        reach.rows() == changes.size(),
        "I3: %s counts %d changes, and they are %s",
        entry.cut(),
        reach.rows(),
        changes);
    require(
        changes.stream()
            .allMatch(
                change -> ChangeSource.run(change.position().commit()).equals(entry.cut().run())),
        "I3: %s has changes of other runs: %s",
        entry.cut(),
        changes);
    require(
        changes.isEmpty() == entry.staged().files().isEmpty(),
        "I3: %s has %d files for %s",
        entry.cut(),
        entry.staged().files().size(),
        changes);
    for (StagedFile file : entry.staged().files()) {
      byStaged.put(file.staged(), entry);
      require(byPath.put(file.path(), entry) == null, "I2: %s is named twice", file.path());
      Optional<byte[]> content = world.store().read(file.staged());
      require(content.isPresent(), "I6: %s, which an entry names, is nowhere", file);
      requireRows(entry, content.get(), file.staged());
    }
    chain.add(entry);
    world.journal().note(Event.ENTRY, "%s", entry);
  }

  private List<Change> changes(ChangeEntry entry) {
    ChangeEntry.Reach reach = entry.reach();
    return world.changes().changes(entry.cut().bucket().number(), reach.after(), reach.last());
  }

  private void requireRows(ChangeEntry entry, byte[] content, String where) {
    List<Long> ids = changes(entry).stream().map(Change::id).toList();
    require(
        Values.ids(content).equals(ids),
        "I3: %s holds %s, but %s has %s",
        where,
        Values.ids(content),
        entry.cut(),
        ids);
  }

  private void published(Bucket bucket, int number) {
    require(
        published.getOrDefault(bucket, -1) == number - 1
            && chains.getOrDefault(bucket, List.of()).size() > number,
        "I7: entry %d of %s is published out of order",
        number,
        bucket);
    published.put(bucket, number);
    for (StagedFile file : chains.get(bucket).get(number).staged().files()) {
      require(
          world.store().read(file.path()).isPresent(),
          "I6: %s of a published entry is not there",
          file.path());
    }
    world.journal().note(Event.ENTRY_PUBLISHED, "%s/%d", bucket, number);
  }

  boolean isOurs(String path) {
    return byPath.containsKey(path);
  }

  /** A visible file has changed. */
  void file(String path, Optional<byte[]> content) {
    require(content.isPresent(), "I6: %s is deleted, which an entry names", path);
    requireRows(byPath.get(path), content.get(), path);
  }

  /** A staged file has changed. */
  void staged(String key, Optional<byte[]> content) {
    ChangeEntry entry = byStaged.get(key);
    if (entry != null && content.isEmpty()) {
      for (StagedFile file : entry.staged().files()) {
        require(
            world.store().read(file.path()).isPresent(),
            "I6: %s is deleted, which an entry names, and is not published",
            key);
      }
    }
  }

  /** Nobody knows yet that a try was in vain which was made for the next number of a chain. */
  boolean mayStay(String staged) {
    String[] names = staged.split("/", -1);
    int last = names.length - 1;
    Bucket bucket =
        world.changes().bucket(PlanId.parse(names[last - 2]), Integer.parseInt(names[last - 1]));
    int number = Integer.parseInt(names[last].substring(0, names[last].indexOf('-')));
    return number == chains.getOrDefault(bucket, List.of()).size();
  }

  /** Whether offsets may pass it: its chain covers it, or its bucket was halted. */
  boolean mayPass(SimulatedProcess process, ChangeHeader header) {
    return header != null
        && (header.last().compareTo(end(header.bucket())) <= 0
            || process.hasHalted(header.bucket()));
  }
}
