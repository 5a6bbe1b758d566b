package io.millrace.connect.change;

import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Generation;
import io.millrace.core.change.Position;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.SchemaFingerprint;
import java.util.Arrays;
import org.apache.arrow.vector.types.pojo.Schema;

/** A stream's buckets: how far the records of each have come, and the stream's latest schema. */
public final class BucketChains {
  private final StreamId id;
  private final Generation generation;
  private final Position[] lasts;
  private Schema schema;
  private String fingerprint;
  private byte[] empty;

  /** Buckets that go on where their chains end. */
  public BucketChains(StreamId id, Generation generation, StreamChain chain) {
    this.id = id;
    this.generation = generation;
    this.lasts = chain.lasts().toArray(Position[]::new);
  }

  public StreamId id() {
    return id;
  }

  public Generation generation() {
    return generation;
  }

  /** How many there are. */
  public int buckets() {
    return lasts.length;
  }

  Bucket bucket(int number) {
    return new Bucket(id, generation, number);
  }

  /** The schema that batches have from now on. */
  public void take(Schema latest) {
    if (!latest.equals(schema)) {
      schema = latest;
      fingerprint = SchemaFingerprint.of(latest);
      empty = new ArrowCodec().encode(latest);
    }
  }

  String fingerprint() {
    return fingerprint;
  }

  /** The schema without rows. */
  byte[] empty() {
    return empty;
  }

  /** Whether a schema is known: without one there is nothing to tell a sink. */
  public boolean hasSchema() {
    return schema != null;
  }

  /** Where the last record of a bucket ends. */
  Position last(int bucket) {
    return lasts[bucket];
  }

  void advance(int bucket, Position last) {
    lasts[bucket] = last;
  }

  /** How far the records have come. */
  public StreamChain chain() {
    return new StreamChain(generation.key(), Arrays.asList(lasts));
  }
}
