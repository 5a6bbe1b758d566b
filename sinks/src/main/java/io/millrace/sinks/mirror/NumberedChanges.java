package io.millrace.sinks.mirror;

import io.millrace.core.change.Generation;
import io.millrace.core.change.Position;
import io.millrace.sinks.mirror.MirrorChanges.Piece;
import io.millrace.sinks.mirror.evolution.NewestColumns;
import io.millrace.sinks.mirror.evolution.SchemaHistory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * All changes of a fold, numbered from 0: bucket after bucket, each in the order of positions.
 * Their columns are those of the newest schema.
 */
final class NumberedChanges implements AutoCloseable {
  /** Stands for a change that is not there. */
  static final int ABSENT = -1;

  private final SchemaHistory history;
  private final List<Batch> batches = new ArrayList<>();
  private final int[] starts;
  private final int[] batchOf;
  private final ChangeKind[] kinds;

  /** A batch, the number that its row 0 would have, and what is known of its columns. */
  private record Batch(
      Piece piece,
      int zero,
      int version,
      NewestColumns newest,
      List<FieldVector> key,
      UnchangedColumns unchanged) {}

  /** Numbers changes that stay the caller's. */
  NumberedChanges(MirrorChanges changes, Schema state, BufferAllocator allocator) {
    List<Piece> pieces = changes.pieces();
    Generation generation = changes.generation();
    this.history = new SchemaHistory(changes.stream(), state);
    int[] versions = versions(pieces, history);
    this.starts = new int[generation.buckets() + 1];
    int count = 0;
    for (Piece piece : pieces) {
      count = Math.addExact(count, piece.vectors().rows() - piece.firstRow());
      Arrays.fill(starts, piece.bucket() + 1, starts.length, count);
    }
    this.batchOf = new int[count];
    this.kinds = new ChangeKind[count];
    int next = 0;
    try {
      for (int i = 0; i < pieces.size(); i++) {
        Piece piece = pieces.get(i);
        int end = next + piece.vectors().rows() - piece.firstRow();
        Arrays.fill(batchOf, next, end, i);
        batches.add(batch(piece, next - piece.firstRow(), versions[i], generation, allocator));
        for (int row = piece.firstRow(); next < end; row++) {
          kinds[next++] = piece.vectors().kind(row);
        }
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** The versions of the batches' schemas, which are told apart in the order of positions. */
  private static int[] versions(List<Piece> pieces, SchemaHistory history) {
    int[] versions = new int[pieces.size()];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < versions.length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparing(i -> pieces.get(i).first()));
    for (int i : order) {
      versions[i] = history.add(pieces.get(i).vectors().table());
    }
    return versions;
  }

  private Batch batch(
      Piece piece, int zero, int version, Generation generation, BufferAllocator allocator) {
    ChangeVectors vectors = piece.vectors();
    NewestColumns newest = history.convert(version, vectors.columns(), vectors.rows(), allocator);
    return new Batch(
        piece,
        zero,
        version,
        newest,
        history.places(generation.key()).stream().map(newest.columns()::get).toList(),
        vectors.unchanged(history.byName(version)));
  }

  SchemaHistory history() {
    return history;
  }

  int size() {
    return batchOf.length;
  }

  /** The number of a bucket's first change. */
  int start(int bucket) {
    return starts[bucket];
  }

  /** One more than that of its last. */
  int end(int bucket) {
    return starts[bucket + 1];
  }

  int batches() {
    return batches.size();
  }

  /** A batch's rows in the newest schema. */
  List<FieldVector> columns(int batch) {
    return batches.get(batch).newest().columns();
  }

  int rows(int batch) {
    return batches.get(batch).piece().vectors().rows();
  }

  int batch(int change) {
    return batchOf[change];
  }

  private Batch of(int change) {
    return batches.get(batchOf[change]);
  }

  /** The change's row in its batch. */
  int row(int change) {
    return change - of(change).zero();
  }

  int bucket(int change) {
    return of(change).piece().bucket();
  }

  /** The batch of the change. */
  ChangeVectors vectors(int change) {
    return of(change).piece().vectors();
  }

  ChangeKind kind(int change) {
    return kinds[change];
  }

  Position position(int change) {
    return vectors(change).position(row(change));
  }

  /** The key's columns in the change's batch. */
  List<FieldVector> key(int change) {
    return of(change).key();
  }

  /** The version of the change's schema. */
  int version(int change) {
    return of(change).version();
  }

  /** How many columns the change lacks since they did not change. */
  int unchangedCount(int change) {
    return of(change).unchanged().count(row(change));
  }

  /** One of them, by the newest schema; -1 if that has it no more. */
  int unchanged(int change, int which) {
    return of(change).unchanged().column(row(change), which);
  }

  /** Whether it lacks this column. */
  boolean isUnchanged(int change, int column) {
    for (int i = 0; i < unchangedCount(change); i++) {
      if (unchanged(change, i) == column) {
        return true;
      }
    }
    return false;
  }

  /** The change of a bucket at a position, or {@link #ABSENT}. */
  int find(int bucket, long commit, long index) {
    int low = start(bucket);
    int high = end(bucket) - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = vectors(middle).compare(row(middle), commit, index);
      if (order == 0) {
        return middle;
      } else if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return ABSENT;
  }

  @Override
  public void close() {
    batches.forEach(batch -> batch.newest().close());
  }
}
