package io.millrace.sinks.mirror;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import io.millrace.core.change.Position;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * The changes of one or more windows, of all buckets, as they are gathered before a fold. They lie
 * in memory as the vectors that they came in; a range of windows that is too large for it is to be
 * folded in shorter ones, one after the other. Every transaction has to be there whole.
 */
public final class MirrorChanges implements AutoCloseable {
  private final StreamId stream;
  private final Generation generation;
  private final Position after;
  private final List<List<Piece>> buckets = new ArrayList<>();

  /**
   * What of a batch counts.
   *
   * @param firstRow those before it are in the state already
   */
  record Piece(int bucket, ChangeVectors vectors, int firstRow) {
    Position first() {
      return vectors.position(firstRow);
    }

    Position last() {
      return vectors.position(vectors.rows() - 1);
    }
  }

  /**
   * Room for changes of a stream.
   *
   * @param after where the state stands; changes up to there are left out
   * @throws MillraceException (CONFIGURATION) if rows have no key, or it is hashed in another way
   */
  public MirrorChanges(StreamId stream, Generation generation, Position after) {
    requireKey(stream, generation);
    this.stream = stream;
    this.generation = generation;
    this.after = after;
    for (int bucket = 0; bucket < generation.buckets(); bucket++) {
      buckets.add(new ArrayList<>());
    }
  }

  static void requireKey(StreamId stream, Generation generation) {
    if (generation.key().isEmpty()) {
      throw MillraceException.configuration(
          "Cannot mirror %s: its rows have no key; give the table a primary key, or REPLICA IDENTITY USING INDEX"
              .formatted(stream));
    }
    if (!generation.hash().equals(KeyHash.NAME)) {
      throw MillraceException.configuration(
          "Cannot mirror %s: its buckets are those of the hash \"%s\", and only \"%s\" is known"
              .formatted(stream, generation.hash(), KeyHash.NAME));
    }
  }

  /**
   * Adds a bucket's next batch, with the columns of docs/changes.md, and takes it over.
   *
   * @throws MillraceException (DATA) if its changes do not follow those that the bucket has
   */
  public void add(int bucket, VectorSchemaRoot batch) {
    try {
      var vectors = new ChangeVectors(batch);
      int first = firstAfter(vectors);
      if (first == vectors.rows()) {
        batch.close();
        return;
      }
      requireOrder(bucket, vectors, first);
      buckets.get(bucket).add(new Piece(bucket, vectors, first));
    } catch (RuntimeException e) {
      batch.close();
      throw e;
    }
  }

  /**
   * The same for a batch of which only changes up to a position count.
   *
   * @param upTo a place between two transactions
   */
  public void add(int bucket, VectorSchemaRoot batch, Position upTo) {
    try {
      batch.setRowCount(rowsUpTo(new ChangeVectors(batch), upTo)); // a slice renames list elements
    } catch (RuntimeException e) {
      batch.close();
      throw e;
    }
    add(bucket, batch);
  }

  private static int rowsUpTo(ChangeVectors vectors, Position upTo) {
    int rows = vectors.rows();
    while (rows > 0 && vectors.compare(rows - 1, upTo.commit(), upTo.index()) > 0) {
      rows--;
    }
    return rows;
  }

  private int firstAfter(ChangeVectors vectors) {
    int row = 0;
    while (row < vectors.rows() && vectors.compare(row, after.commit(), after.index()) <= 0) {
      row++;
    }
    return row;
  }

  private void requireOrder(int bucket, ChangeVectors vectors, int first) {
    Position before = last(bucket);
    if (vectors.compare(first, before.commit(), before.index()) <= 0) {
      throw outOfOrder(bucket, before, vectors.position(first));
    }
    for (int row = first + 1; row < vectors.rows(); row++) {
      if (vectors.compare(row, vectors.commit(row - 1), vectors.index(row - 1)) <= 0) {
        throw outOfOrder(bucket, vectors.position(row - 1), vectors.position(row));
      }
    }
  }

  private MillraceException outOfOrder(int bucket, Position before, Position next) {
    return MillraceException.data(
        "Cannot fold bucket %d of %s: the change at %s comes after the one at %s"
            .formatted(bucket, stream, next, before));
  }

  private Position last(int bucket) {
    List<Piece> pieces = buckets.get(bucket);
    return pieces.isEmpty() ? after : pieces.get(pieces.size() - 1).last();
  }

  /** Where the last change stands; where the state stands if there is none. */
  public Position last() {
    Position last = after;
    for (int bucket = 0; bucket < buckets.size(); bucket++) {
      Position of = last(bucket);
      last = of.compareTo(last) > 0 ? of : last;
    }
    return last;
  }

  StreamId stream() {
    return stream;
  }

  Generation generation() {
    return generation;
  }

  /** In the order of buckets, and of positions within each. */
  List<Piece> pieces() {
    return buckets.stream().flatMap(List::stream).toList();
  }

  @Override
  public void close() {
    pieces().forEach(piece -> piece.vectors().close());
    buckets.forEach(List::clear);
  }
}
