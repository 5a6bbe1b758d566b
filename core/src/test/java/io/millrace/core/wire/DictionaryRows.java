package io.millrace.core.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Rows with dictionary-encoded columns as Arrow for Java keeps them in memory. */
final class DictionaryRows implements AutoCloseable {
  static final ArrowType.Int BYTE = new ArrowType.Int(8, true);

  final MapDictionaryProvider dictionaries = new MapDictionaryProvider();
  final List<FieldVector> columns = new ArrayList<>();
  private final BufferAllocator allocator;

  DictionaryRows(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** Adds a dictionary; closes the values with the rest. */
  DictionaryRows dictionary(long id, ArrowType.Int indexType, FieldVector values) {
    dictionaries.put(new Dictionary(values, new DictionaryEncoding(id, false, indexType)));
    return this;
  }

  DictionaryRows texts(long id, ArrowType.Int indexType, String... texts) {
    var values = new VarCharVector("values", allocator);
    for (int i = 0; i < texts.length; i++) {
      if (texts[i] != null) {
        values.setSafe(i, texts[i].getBytes(UTF_8));
      }
    }
    values.setValueCount(texts.length);
    return dictionary(id, indexType, values);
  }

  /** Adds a column of indices into the dictionary, null for null. */
  DictionaryRows column(String name, long id, Long... indices) {
    FieldVector column = field(name, id).createVector(allocator);
    put(column, Arrays.asList(indices));
    columns.add(column);
    return this;
  }

  static void put(FieldVector column, List<Long> indices) {
    column.setInitialCapacity(indices.size());
    column.allocateNew();
    for (int i = 0; i < indices.size(); i++) {
      if (indices.get(i) != null) {
        ((BaseIntVector) column).setWithPossibleTruncate(i, indices.get(i));
      }
    }
    column.setValueCount(indices.size());
  }

  Field field(String name, long id) {
    DictionaryEncoding encoding = dictionaries.lookup(id).getEncoding();
    return new Field(
        name, new FieldType(true, encoding.getIndexType(), encoding, Map.of("of", name)), null);
  }

  VectorSchemaRoot root() {
    return new VectorSchemaRoot(columns);
  }

  Schema schema() {
    return new Schema(columns.stream().map(FieldVector::getField).toList());
  }

  byte[] encoded() {
    return new ArrowCodec().encode(root(), dictionaries);
  }

  byte[] writtenByArrow() {
    var bytes = new ByteArrayOutputStream();
    try (var writer = new ArrowStreamWriter(root(), dictionaries, bytes)) {
      writer.start();
      writer.writeBatch();
      writer.end();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    columns.forEach(FieldVector::close);
    dictionaries.close();
  }
}
