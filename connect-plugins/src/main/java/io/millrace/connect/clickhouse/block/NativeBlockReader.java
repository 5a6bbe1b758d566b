package io.millrace.connect.clickhouse.block;

import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.NullMap;
import io.millrace.connect.clickhouse.column.read.UnreadableBlock;
import io.millrace.connect.clickhouse.column.read.ValueReader;
import io.millrace.connect.clickhouse.type.TypeParser;
import io.millrace.core.MillraceException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;

/**
 * Reads {@code FORMAT Native} (protocol version 0) block by block: the numbers of columns and rows,
 * then for each column its name, its type and all its values. Each column is copied into its vector
 * as a whole. The vectors are used again for every block; not thread-safe.
 */
public final class NativeBlockReader implements Blocks {
  /** How many bytes a block may take. */
  public static final long LARGEST_BLOCK = 256L << 20;

  private static final int MOST_COLUMNS = 1 << 20;
  private static final int LONGEST_NAME = 64 << 10;
  private static final int LONGEST_TYPE = 128 << 10;

  private final List<ColumnType> columns;
  private final NativeInput in;
  private final List<FieldVector> vectors = new ArrayList<>();
  private final List<ValueReader> readers = new ArrayList<>();
  private final String[] lastTypes;
  private VectorSchemaRoot rows;
  private DictionaryProvider.MapDictionaryProvider dictionaries;
  private long blocks;
  private long rowsBefore;
  private int column;

  /**
   * A reader of one answer.
   *
   * @param columns what {@code DESCRIBE} told of the query
   * @param answer stays its owner's to close
   * @param limit how many bytes a block may take, e.g. {@link #LARGEST_BLOCK}
   */
  public NativeBlockReader(
      List<ColumnType> columns, InputStream answer, BufferAllocator allocator, long limit) {
    this(columns, new NativeInput(answer, limit), allocator);
  }

  /** The same of an answer that is told how to be read. */
  public NativeBlockReader(List<ColumnType> columns, NativeInput in, BufferAllocator allocator) {
    this.columns = List.copyOf(columns);
    this.in = in;
    this.lastTypes = new String[columns.size()];
    for (ColumnType type : columns) {
      FieldVector vector = type.field().createVector(allocator);
      vectors.add(vector);
      ValueReader reader = type.reader(vector);
      reader.allowDictionary(readers.size());
      readers.add(reader);
    }
  }

  @Override
  public boolean next() {
    column = -1;
    try {
      while (!in.isAtEnd()) {
        int count = readBlock();
        blocks++;
        if (count > 0) {
          give(count);
          return true;
        }
      }
      return false;
    } catch (UnreadableBlock e) {
      throw unreadable(e);
    }
  }

  private int readBlock() {
    column = -1;
    in.beginBlock();
    int count = in.varint(MOST_COLUMNS, "the number of its columns");
    if (count != columns.size()) {
      throw UnreadableBlock.malformed(
          "it has %d columns instead of %d".formatted(count, columns.size()));
    }
    int rowCount = in.varint(Integer.MAX_VALUE - Long.SIZE, "the number of its rows");
    for (column = 0; column < count; column++) {
      readColumnHeader();
      if (rowCount > 0) {
        ValueReader reader = readers.get(column);
        reader.readPrefix(in);
        reader.read(in, rowCount, NullMap.NONE);
      }
    }
    column = -1;
    return rowCount;
  }

  private void readColumnHeader() {
    ColumnType expected = columns.get(column);
    String name = in.text(LONGEST_NAME, "its name");
    if (!name.equals(expected.name())) {
      throw UnreadableBlock.malformed("the block has a column %s there".formatted(shown(name)));
    }
    String type = in.text(LONGEST_TYPE, "its type");
    if (!type.equals(lastTypes[column])) {
      requireType(expected, type);
      lastTypes[column] = type;
    }
  }

  private static void requireType(ColumnType expected, String type) {
    try {
      if (TypeParser.parse(type).withoutZones().equals(expected.declared().withoutZones())) {
        return;
      }
    } catch (MillraceException e) {
      throw UnreadableBlock.malformed(e.getMessage());
    }
    throw UnreadableBlock.malformed("the block has it as %s".formatted(shown(type)));
  }

  private static String shown(String text) {
    return '"' + (text.length() > 100 ? text.substring(0, 100) + "..." : text) + '"';
  }

  private void give(int count) {
    var given = new ArrayList<FieldVector>();
    dictionaries = new DictionaryProvider.MapDictionaryProvider();
    for (ValueReader reader : readers) {
      given.add(reader.vector());
      reader.dictionaries().forEach(dictionaries::put);
    }
    rows = new VectorSchemaRoot(given);
    rows.setRowCount(count);
    rowsBefore += count;
  }

  @Override
  public VectorSchemaRoot rows() {
    return rows;
  }

  @Override
  public DictionaryProvider dictionaries() {
    return dictionaries;
  }

  @Override
  public long rowCount() {
    return rowsBefore;
  }

  private MillraceException unreadable(UnreadableBlock e) {
    String where =
        "block %d of ClickHouse's answer, after %d rows and %d bytes%s"
            .formatted(blocks + 1, rowsBefore, in.offset(), place(e));
    return ServerWords.explain(where, e, in);
  }

  private String place(UnreadableBlock e) {
    if (column < 0 || column >= columns.size()) {
      return "";
    }
    ColumnType type = columns.get(column);
    return ", column %s%s (%s)%s"
        .formatted(
            type.name(),
            e.path(),
            type.declared(),
            e.hasRow() ? ", row " + (e.row() + 1) + " of the block" : "");
  }

  @Override
  public void close() {
    readers.forEach(ValueReader::close);
    vectors.forEach(FieldVector::close);
  }
}
