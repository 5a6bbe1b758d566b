package io.millrace.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.core.stage.SampleRows;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Dictionaries on the wire are plain vectors to whoever reads, whoever wrote them. */
class ArrowDictionaryTest {
  private static final Field COLOR = Field.nullable("color", ArrowType.Utf8.INSTANCE);

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  enum Writer {
    OURS,
    ARROWS;

    byte[] write(DictionaryRows rows) {
      return this == OURS ? rows.encoded() : rows.writtenByArrow();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8, true, 127", "16, true, 199", "32, true, 199", "64, true, 199",
    "8, false, 199", "16, false, 199", "32, false, 199", "64, false, 199"
  })
  void indicesOfEveryType(int bits, boolean signed, long last) {
    String[] texts = IntStream.range(0, 200).mapToObj("text %d"::formatted).toArray(String[]::new);
    texts[1] = null;
    texts[2] = "";
    var indexType = new ArrowType.Int(bits, signed);
    try (var rows =
        new DictionaryRows(allocator)
            .texts(7, indexType, texts)
            .column("color", 7, last, null, 0L, 1L, 2L, 0L, null, last)) {
      for (Writer writer : Writer.values()) {
        try (VectorSchemaRoot back = decode(writer.write(rows))) {
          assertThat(SampleRows.texts(back))
              .containsExactly(
                  "text " + last, "null", "text 0", "null", "", "text 0", "null", "text " + last);
          assertThat(back.getVector(0).getNullCount()).isEqualTo(3);
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theSchemaIsThatOfTheValues(Writer writer) {
    try (var rows = colors()) {
      byte[] value = writer.write(rows);
      Schema schema = ArrowCodec.schema(ByteBuffer.wrap(value));

      assertThat(schema.getFields())
          .extracting(Field::getName, Field::getType, Field::getDictionary)
          .containsExactly(
              tuple("color", COLOR.getType(), null), tuple("other", COLOR.getType(), null));
      assertThat(schema.findField("color").getMetadata()).containsEntry("of", "color");
      assertThat(ArrowCodec.schema(rows.schema(), rows.dictionaries)).isEqualTo(schema);
      try (VectorSchemaRoot back = decode(value);
          VectorSchemaRoot end = decode(new ArrowCodec().encode(schema))) {
        assertThat(back.getSchema()).isEqualTo(schema);
        assertThat(end.getSchema()).isEqualTo(schema);
      }
    }
  }

  @Test
  void theFingerprintIsThatOfTheValues() {
    try (var rows = colors()) {
      Schema wire = DictionarySchema.wire(rows.schema(), rows.dictionaries, new TreeSet<>());

      assertThat(wire).isNotEqualTo(DictionarySchema.decoded(wire));
      assertThat(SchemaFingerprint.of(wire))
          .isEqualTo(SchemaFingerprint.of(ArrowCodec.schema(ByteBuffer.wrap(rows.encoded()))));
    }
  }

  @Test
  void aDictionaryIsWrittenOnceAndPacked() {
    String[] texts = new String[100];
    Arrays.fill(texts, "a text that is long and the same again and again");
    try (var rows =
        new DictionaryRows(allocator)
            .texts(1, DictionaryRows.BYTE, texts)
            .column("color", 1, 0L)
            .column("other", 1, 99L)) {
      assertThat(rows.encoded()).hasSizeLessThan(1500);
      assertThat(rows.writtenByArrow()).hasSizeGreaterThan(4800);
    }
  }

  @ParameterizedTest
  @EnumSource
  void encodedBelowListsAndStructs(Writer writer) {
    try (var rows = new DictionaryRows(allocator).texts(1, DictionaryRows.BYTE, "a", null, "c")) {
      var list =
          (ListVector)
              new Field(
                      "l", FieldType.nullable(ArrowType.List.INSTANCE), List.of(rows.field("e", 1)))
                  .createVector(allocator);
      list.allocateNew();
      list.startNewValue(0);
      list.endValue(0, 3);
      list.startNewValue(2);
      list.endValue(2, 0);
      list.startNewValue(3);
      list.endValue(3, 1);
      DictionaryRows.put(list.getDataVector(), Arrays.asList(2L, null, 1L, 0L));
      list.setValueCount(4);
      var struct =
          (StructVector)
              new Field(
                      "s",
                      FieldType.nullable(ArrowType.Struct.INSTANCE),
                      List.of(rows.field("x", 1), Field.nullable("n", new ArrowType.Int(32, true))))
                  .createVector(allocator);
      struct.allocateNew();
      DictionaryRows.put(struct.getChild("x"), Arrays.asList(0L, 2L, null, 1L));
      for (int i = 0; i < 4; i++) {
        ((IntVector) struct.getChild("n")).setSafe(i, i);
        if (i != 1) {
          struct.setIndexDefined(i);
        }
      }
      struct.setValueCount(4);
      rows.columns.addAll(List.of(list, struct));

      try (VectorSchemaRoot back = decode(writer.write(rows))) {
        assertThat(SampleRows.texts(back))
            .containsExactly(
                "[\"c\",null,null] | {\"x\":\"a\",\"n\":0}",
                "null | null",
                "[] | {\"n\":2}",
                "[\"a\"] | {\"n\":3}");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void valuesOfEveryType(Writer writer) {
    try (VectorSchemaRoot flat = SampleRows.of(allocator, 0, 40);
        VectorSchemaRoot nested = ArrowCodecTest.nested(allocator, 40);
        VectorSchemaRoot more = moreNested(40)) {
      for (FieldVector values :
          Stream.of(flat, nested, more).flatMap(r -> r.getFieldVectors().stream()).toList()) {
        if (writer == Writer.OURS || !(values instanceof NullVector)) { // Arrow's cannot
          comesBack(writer, values);
        }
      }
    }
  }

  private void comesBack(Writer writer, FieldVector values) {
    var random = new SplittableRandom(4);
    Long[] indices = new Long[300];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = random.nextInt(5) == 0 ? null : (Long) random.nextLong(40);
    }
    var rows = new DictionaryRows(allocator).dictionary(3, DictionaryRows.BYTE, values);
    rows.column("v", 3, indices);
    try (VectorSchemaRoot back = decode(writer.write(rows))) {
      assertThat(back.getRowCount()).isEqualTo(indices.length);
      for (int i = 0; i < indices.length; i++) {
        assertThat(back.getVector(0).getObject(i))
            .as("%s at %s", values.getField(), indices[i])
            .isEqualTo(indices[i] == null ? null : values.getObject(indices[i].intValue()));
      }
    } finally {
      rows.columns.forEach(FieldVector::close); // the dictionary is not ours
    }
  }

  /** Lists of two pairs, large lists of pairs and maps of numbers, some null, some empty. */
  private VectorSchemaRoot moreNested(int rows) {
    Field flag = Field.nullable("flag", ArrowType.Bool.INSTANCE);
    Field number = Field.nullable("number", new ArrowType.Int(32, true));
    Field pair =
        new Field("pair", FieldType.nullable(ArrowType.Struct.INSTANCE), List.of(flag, number));
    var two = new Field("two", FieldType.nullable(new ArrowType.FixedSizeList(2)), List.of(pair));
    var many = new Field("many", FieldType.nullable(ArrowType.LargeList.INSTANCE), List.of(pair));
    Field key = Field.notNullable("key", new ArrowType.Int(32, true));
    var entries =
        new Field(
            "entries", FieldType.notNullable(ArrowType.Struct.INSTANCE), List.of(key, number));
    var map = new Field("map", FieldType.nullable(new ArrowType.Map(false)), List.of(entries));
    VectorSchemaRoot root = VectorSchemaRoot.create(new Schema(List.of(two, many, map)), allocator);
    var twos = (FixedSizeListVector) root.getVector("two");
    var larges = (LargeListVector) root.getVector("many");
    var maps = (MapVector) root.getVector("map");
    root.allocateNew();
    for (int i = 0; i < rows; i++) {
      if (i % 5 == 3) {
        continue;
      }
      twos.setNotNull(i);
      putPair((StructVector) twos.getDataVector(), 2 * i, i);
      putPair((StructVector) twos.getDataVector(), 2 * i + 1, i + 1);
      long at = larges.startNewValue(i);
      int mapAt = maps.startNewValue(i);
      for (int k = 0; k < i % 3; k++) {
        putPair((StructVector) larges.getDataVector(), (int) at + k, i + k);
        var entry = (StructVector) maps.getDataVector();
        entry.setIndexDefined(mapAt + k);
        ((IntVector) entry.getChild("key")).setSafe(mapAt + k, k);
        ((IntVector) entry.getChild("number")).setSafe(mapAt + k, i);
      }
      larges.endValue(i, i % 3);
      maps.endValue(i, i % 3);
    }
    root.setRowCount(rows);
    return root;
  }

  private static void putPair(StructVector pair, int at, int number) {
    if (number % 7 != 0) {
      pair.setIndexDefined(at);
      ((BitVector) pair.getChild("flag")).setSafe(at, number % 2);
      ((IntVector) pair.getChild("number")).setSafe(at, number);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aDictionaryWhoseValuesHaveADictionary(Writer writer) {
    try (var rows = new DictionaryRows(allocator).texts(2, DictionaryRows.BYTE, "x", "y")) {
      var struct =
          (StructVector)
              new Field(
                      "s",
                      FieldType.nullable(ArrowType.Struct.INSTANCE),
                      List.of(rows.field("t", 2)))
                  .createVector(allocator);
      struct.allocateNew();
      for (int i = 0; i < 2; i++) {
        struct.setIndexDefined(i);
        ((BaseIntVector) struct.getChild("t")).setWithPossibleTruncate(i, 1 - i);
      }
      struct.setValueCount(2);
      rows.dictionary(1, DictionaryRows.BYTE, struct).column("c", 1, 0L, 1L, null, 0L);

      try (VectorSchemaRoot back = decode(writer.write(rows))) {
        assertThat(SampleRows.texts(back))
            .containsExactly("{\"t\":\"y\"}", "{\"t\":\"x\"}", "null", "{\"t\":\"y\"}");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void noRowsAndNoValues(Writer writer) {
    try (var rows = new DictionaryRows(allocator).texts(1, DictionaryRows.BYTE).column("c", 1);
        VectorSchemaRoot back = decode(writer.write(rows))) {
      assertThat(back.getRowCount()).isZero();
      assertThat(back.getVector("c")).isInstanceOf(VarCharVector.class);
    }
  }

  @Test
  void indicesOfAnotherTypeThanAnnouncedAreNotWritten() {
    try (var rows = new DictionaryRows(allocator).texts(1, DictionaryRows.BYTE, "x")) {
      var encoding = new DictionaryEncoding(1, false, DictionaryRows.BYTE);
      rows.columns.add(
          new FieldType(true, new ArrowType.Int(32, true), encoding)
              .createNewSingleVector("c", allocator, null));

      assertThatThrownBy(rows::encoded)
          .hasMessage(
              "Cannot encode column c: Int(32, true)[dictionary: 1]: its indices should be"
                  + " Int(8, true)");
    }
  }

  @Test
  void nothingIsWrittenWithoutItsDictionary() {
    try (var rows = colors()) {
      String reason =
          "Cannot encode column color: Int(8, true)[dictionary: 5]: its dictionary is missing,"
              + " hand it over with the rows";

      assertThatThrownBy(() -> new ArrowCodec().encode(rows.root())).hasMessage(reason);
      assertThatThrownBy(() -> new ArrowCodec().encode(rows.schema())).hasMessage(reason);
    }
  }

  @Test
  void whenMemoryRunsOutNothingIsLostAndNothingIsSaidOfTheBytes() {
    try (VectorSchemaRoot nested = ArrowCodecTest.nested(allocator, 40);
        var rows = colors()) {
      rows.dictionaries.put(
          new Dictionary(
              nested.getVector("pairs"), new DictionaryEncoding(9, false, DictionaryRows.BYTE)));
      rows.column("pairs", 9, 39L, 1L, 2L, 3L);
      byte[] value = rows.encoded();
      var outcomes = new ArrayList<Boolean>();
      for (int i = 0; i < 600; i++) {
        try (BufferAllocator small = allocator.newChildAllocator("small", 0, i * 8L)) {
          ArrowCodec.decode(ByteBuffer.wrap(value), small).close();
          outcomes.add(true);
        } catch (OutOfMemoryException e) {
          outcomes.add(false);
        }
      }
      assertThat(outcomes).contains(true, false).startsWith(false).endsWith(true);
    }
  }

  private DictionaryRows colors() {
    return new DictionaryRows(allocator)
        .texts(5, DictionaryRows.BYTE, "red", "green", null)
        .column("color", 5, 0L, 1L, 2L, null)
        .column("other", 5, 1L, 1L, 1L, 0L);
  }

  private VectorSchemaRoot decode(byte[] value) {
    return ArrowCodec.decode(ByteBuffer.wrap(value), allocator);
  }
}
