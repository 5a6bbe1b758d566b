package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.wire.ArrowCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A column that is dictionary-encoded on the wire is a plain one in the file. */
class DictionaryEncodedTest {
  @TempDir Path folder;

  @Test
  void duckDbReadsTheValues() throws Exception {
    Path file = folder.resolve("v.parquet");
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot batch =
            ArrowCodec.decode(ByteBuffer.wrap(encodedColors(allocator)), allocator);
        var writer = Batches.writer(file, batch.getSchema(), ParquetOptions.DEFAULT)) {
      writer.append(batch);
      assertThat(writer.finish().rows()).isEqualTo(5);
    }

    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT DISTINCT typeof(color) FROM %s", file))
          .containsExactly("VARCHAR");
      assertThat(duck.column("SELECT color FROM %s", file))
          .containsExactly("green", null, "red", "green", null);
    }
  }

  private static byte[] encodedColors(BufferAllocator allocator) {
    var encoding = new DictionaryEncoding(1, false, new ArrowType.Int(8, false));
    var type = new FieldType(true, encoding.getIndexType(), encoding);
    try (var colors = new VarCharVector("colors", allocator);
        var column = new UInt1Vector("color", type, allocator)) {
      colors.setSafe(0, "red".getBytes(StandardCharsets.UTF_8));
      colors.setSafe(1, "green".getBytes(StandardCharsets.UTF_8));
      colors.setValueCount(3);
      column.setSafe(0, 1);
      column.setSafe(2, 0);
      column.setSafe(3, 1);
      column.setSafe(4, 2);
      column.setValueCount(5);
      return new ArrowCodec()
          .encode(
              new VectorSchemaRoot(List.of(column)),
              new MapDictionaryProvider(new Dictionary(colors, encoding)));
    }
  }
}
