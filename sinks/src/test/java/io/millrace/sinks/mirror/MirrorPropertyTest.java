package io.millrace.sinks.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.MillraceException;
import io.millrace.sinks.mirror.PlayedTable.Change;
import io.millrace.sinks.mirror.PlayedTable.Era;
import io.millrace.sinks.mirror.vector.BatchLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.Test;

/**
 * Random tables, transactions, windows and batches: a mirror has the rows of the table, in the
 * order in which they came to be, however the changes are shared out over folds. A failure prints
 * its seed, and -Dmillrace.seed=N runs that one alone.
 */
class MirrorPropertyTest {
  private static final int SEEDS = Integer.getInteger("millrace.seeds", 500);

  @Test
  void aMirrorHasTheRowsOfItsTable() throws IOException {
    Long only = Long.getLong("millrace.seed");
    for (long seed = only == null ? 0 : only; seed < (only == null ? SEEDS : only + 1); seed++) {
      try (BufferAllocator allocator = new RootAllocator(64 << 20)) {
        play(seed, allocator);
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("Seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** Memory that ends anywhere gives an error that says so, and nothing leaks. */
  @Test
  void memoryMayEndAnywhere() throws IOException {
    int refused = 0;
    for (long seed = 0; seed < 40; seed++) {
      try (BufferAllocator allocator = new RootAllocator(64 << 20)) {
        var random = new Random(seed);
        var table = new PlayedTable(random, allocator);
        Mirror mirror = snapshot(table, random, allocator);
        for (int i = 0; i < 12; i++) {
          table.play();
        }
        List<Era> eras = table.takeChanges();
        for (int limit = 256; limit < 1 << 20; limit *= 2) {
          try (BufferAllocator small = allocator.newChildAllocator("small", 0, limit)) {
            mirror.in(small).fold(gather(mirror, eras, table, seed, allocator));
          } catch (MillraceException e) {
            assertThat(e).hasMessageContaining("fold a shorter range of windows");
            refused++;
          }
        }
      }
    }
    assertThat(refused).isGreaterThan(100);
  }

  private static void play(long seed, BufferAllocator allocator) throws IOException {
    var random = new Random(seed);
    var table = new PlayedTable(random, allocator);
    Mirror mirror = snapshot(table, random, allocator);
    assertThat(mirror.texts()).isEqualTo(table.texts());
    Mirror late = mirror.copy();
    List<Era> all = new ArrayList<>();
    List<Era> before = List.of();
    for (int window = 1 + random.nextInt(4); window > 0; window--) {
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        table.play();
      }
      List<Era> changes = table.takeChanges();
      all.addAll(changes);
      Mirror again = mirror.copy();
      Map<Integer, byte[]> old = Map.copyOf(mirror.files());
      long cuts = random.nextLong();
      boolean withOld = random.nextBoolean(); // what the state has already is left out
      mirror.fold(
          gather(mirror, withOld ? join(before, changes) : changes, table, cuts, allocator));
      again.fold(gather(again, withOld ? join(before, changes) : changes, table, cuts, allocator));
      if (table.schema().equals(mirror.schema())) { // else no change has told it yet
        assertThat(mirror.texts()).isEqualTo(table.texts());
      }
      requireSame(mirror, again, old, table);
      before = changes;
    }
    late.fold(gather(late, all, table, random.nextLong(), allocator));
    assertThat(late.schema()).isEqualTo(mirror.schema());
    assertThat(late.texts()).isEqualTo(mirror.texts());
  }

  /** Folding again gives the same bytes; what was not touched is as it was. */
  private static void requireSame(
      Mirror mirror, Mirror again, Map<Integer, byte[]> old, PlayedTable table) {
    for (int bucket = 0; bucket < table.generation().buckets(); bucket++) {
      assertThat(again.files().get(bucket)).isEqualTo(mirror.files().get(bucket));
      if (!mirror.touched().get(bucket)) {
        assertThat(mirror.files().get(bucket)).isSameAs(old.get(bucket));
      }
    }
  }

  private static List<Era> join(List<Era> before, List<Era> changes) {
    List<Era> joined = new ArrayList<>(before);
    joined.addAll(changes);
    return joined;
  }

  private static Mirror snapshot(PlayedTable table, Random random, BufferAllocator allocator)
      throws IOException {
    List<VectorSchemaRoot> batches = new ArrayList<>();
    try {
      List<Object[]> rows = table.rows();
      for (int from = 0; from < rows.size(); ) {
        int to = Math.min(rows.size(), from + random.nextInt(5));
        batches.add(Values.batch(table.schema(), rows.subList(from, to), allocator));
        from = to;
      }
      var limits = new BatchLimits(1 + random.nextInt(8), 64L << random.nextInt(8));
      return Mirror.of(table.generation(), table.schema(), batches, limits, allocator);
    } finally {
      batches.forEach(VectorSchemaRoot::close);
    }
  }

  private static MirrorChanges gather(
      Mirror mirror, List<Era> eras, PlayedTable table, long seed, BufferAllocator allocator) {
    var random = new Random(seed);
    MirrorChanges changes = mirror.changes();
    for (Era era : eras) {
      int identity = table.identityFull() ? era.columns().size() : table.keyColumns();
      for (int b = 0; b < table.generation().buckets(); b++) {
        int bucket = b;
        List<Change> of = era.changes().stream().filter(c -> c.bucket() == bucket).toList();
        for (int from = 0; from < of.size(); ) {
          int to = Math.min(of.size(), from + 1 + random.nextInt(6));
          changes.add(bucket, ChangeBatches.of(era, of.subList(from, to), identity, allocator));
          from = to;
        }
      }
    }
    return changes;
  }
}
