package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.memory.util.hash.ArrowBufHasher;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ExtensionType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.io.LocalOutputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Vectors of an extension type whose Java class is there are written by their storage. */
class ExtensionVectorTest {
  @TempDir Path folder;

  @Test
  void aUuidVectorIsWrittenAsUuids() throws Exception {
    Path file = folder.resolve("uuid.parquet");
    Schema schema =
        new Schema(List.of(new Field("v", FieldType.nullable(new UuidType()), List.of())));
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator);
        var writer =
            new ArrowParquetWriter(
                new LocalOutputFile(file), schema, ParquetOptions.DEFAULT, Map.of())) {
      batch.allocateNew();
      Cells.set(batch.getVector(0), 0, null);
      Cells.set(batch.getVector(0), 1, new byte[16]);
      batch.setRowCount(2);
      writer.append(batch);
      writer.finish();
    }
    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT v FROM %s", file))
          .containsExactly(null, "00000000-0000-0000-0000-000000000000");
      assertThat(duck.value("SELECT typeof(v) FROM %s LIMIT 1", file)).isEqualTo("UUID");
    }
  }

  private static final class UuidType extends ExtensionType {
    @Override
    public ArrowType storageType() {
      return new ArrowType.FixedSizeBinary(16);
    }

    @Override
    public String extensionName() {
      return "arrow.uuid";
    }

    @Override
    public boolean extensionEquals(ExtensionType other) {
      return other instanceof UuidType;
    }

    @Override
    public String serialize() {
      return "";
    }

    @Override
    public ArrowType deserialize(ArrowType storageType, String serializedData) {
      return this;
    }

    @Override
    public FieldVector getNewVector(String name, FieldType type, BufferAllocator allocator) {
      return new UuidVector(
          new Field(name, type, null), allocator, new FixedSizeBinaryVector(name, allocator, 16));
    }
  }

  private static final class UuidVector extends ExtensionTypeVector<FixedSizeBinaryVector> {
    UuidVector(Field field, BufferAllocator allocator, FixedSizeBinaryVector storage) {
      super(field, allocator, storage);
    }

    @Override
    public Object getObject(int index) {
      return UUID.nameUUIDFromBytes(getUnderlyingVector().get(index));
    }

    @Override
    public int hashCode(int index) {
      return getUnderlyingVector().hashCode(index);
    }

    @Override
    public int hashCode(int index, ArrowBufHasher hasher) {
      return getUnderlyingVector().hashCode(index, hasher);
    }
  }
}
