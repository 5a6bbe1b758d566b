package io.millrace.sinks.mirror;

import io.millrace.core.StreamId;
import io.millrace.core.change.Generation;
import io.millrace.core.change.Position;
import io.millrace.core.wire.BatchStreamReader;
import io.millrace.core.wire.BatchStreamWriter;
import io.millrace.sinks.mirror.vector.BatchLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** A mirror whose state lies in memory as the bytes that files would have. */
final class Mirror {
  static final StreamId STREAM = new StreamId("shop", "orders");

  private final Generation generation;
  private final BatchLimits limits;
  private final BufferAllocator allocator;
  private final Map<Integer, byte[]> files;
  private Schema schema;
  private Position at;
  private BitSet touched = new BitSet();

  private Mirror(
      Generation generation,
      BatchLimits limits,
      BufferAllocator allocator,
      Map<Integer, byte[]> files,
      Schema schema) {
    this.generation = generation;
    this.limits = limits;
    this.allocator = allocator;
    this.files = new HashMap<>(files);
    this.schema = schema;
    this.at = Position.START;
  }

  /** Of a snapshot's batches, which are the caller's. */
  static Mirror of(
      Generation generation,
      Schema rows,
      List<VectorSchemaRoot> snapshot,
      BatchLimits limits,
      BufferAllocator allocator)
      throws IOException {
    Map<Integer, ByteArrayOutputStream> outs = new HashMap<>();
    try (var splitter =
        new BucketSplitter(
            STREAM,
            generation,
            rows,
            bucket -> outs.computeIfAbsent(bucket, b -> new ByteArrayOutputStream()),
            limits,
            allocator)) {
      for (VectorSchemaRoot batch : snapshot) {
        splitter.append(batch);
      }
      splitter.finish();
      Map<Integer, byte[]> files = new HashMap<>();
      outs.forEach((bucket, out) -> files.put(bucket, out.toByteArray()));
      return new Mirror(generation, limits, allocator, files, splitter.schema());
    }
  }

  /** Another one of the same state. */
  Mirror copy() {
    var copy = new Mirror(generation, limits, allocator, files, schema);
    copy.at = at;
    return copy;
  }

  /** Another one of the same state, with other memory. */
  Mirror in(BufferAllocator other) {
    return new Mirror(generation, limits, other, files, schema);
  }

  /** Room for what comes after the state. */
  MirrorChanges changes() {
    return new MirrorChanges(STREAM, generation, at);
  }

  /** Folds, and closes the changes. */
  void fold(MirrorChanges changes) throws IOException {
    Map<Integer, byte[]> next = new HashMap<>();
    try (changes;
        var fold =
            new MirrorFold(
                changes,
                schema,
                bucket -> new ByteArrayInputStream(files.get(bucket)),
                limits,
                allocator)) {
      touched = fold.touched();
      for (int bucket : touched.stream().toArray()) {
        var out = new ByteArrayOutputStream();
        var writer = new BatchStreamWriter(out, fold.schema());
        fold.write(bucket, writer::write);
        writer.finish();
        next.put(bucket, out.toByteArray());
      }
      at = changes.last();
      schema = fold.schema();
      files.putAll(next);
    }
  }

  /** The buckets that the last fold wrote. */
  BitSet touched() {
    return touched;
  }

  Map<Integer, byte[]> files() {
    return files;
  }

  Schema schema() {
    return schema;
  }

  /** Rows by bucket, as one text each. */
  Map<Integer, List<String>> texts() throws IOException {
    Map<Integer, List<String>> texts = new TreeMap<>();
    for (int bucket = 0; bucket < generation.buckets(); bucket++) {
      List<String> rows = new ArrayList<>();
      texts.put(bucket, rows);
      try (var reader =
          new BatchStreamReader(new ByteArrayInputStream(files.get(bucket)), allocator)) {
        for (Optional<VectorSchemaRoot> next = reader.next();
            next.isPresent();
            next = reader.next()) {
          try (VectorSchemaRoot batch = next.get()) {
            rows.addAll(Values.texts(batch));
          }
        }
      }
    }
    return texts;
  }
}
