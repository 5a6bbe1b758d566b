package io.millrace.connect.clickhouse.read;

import io.millrace.connect.BatchAssembler;
import io.millrace.connect.clickhouse.arrow.ArrowBlockReader;
import io.millrace.connect.clickhouse.block.Blocks;
import io.millrace.connect.clickhouse.block.NativeBlockReader;
import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.ReadAhead;
import io.millrace.connect.clickhouse.plan.Conditions;
import io.millrace.connect.clickhouse.server.Answer;
import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads Partitions of one table: blocks in, encoded batches out. */
final class TableReader {
  private static final Logger LOG = LoggerFactory.getLogger(TableReader.class);

  private final Table table;
  private final ClickHouseSession session;
  private final BufferAllocator allocator;
  private final BatchAssembler assembler;

  /**
   * A reader of a table.
   *
   * @param limit the largest record value, in bytes
   */
  TableReader(Table table, ClickHouseSession session, BufferAllocator allocator, long limit) {
    this.table = table;
    this.session = session;
    this.allocator = allocator;
    this.assembler = new BatchAssembler(limit, this::name);
  }

  /** The schema of its batches. */
  Schema schema() {
    return table.schema();
  }

  /**
   * Reads a Partition.
   *
   * @return how many rows it has, on which the server and we agree
   * @throws MillraceException (SOURCE, passing) if the answer broke off, or if the server counts
   *     other rows
   */
  long read(Bounds window, Bounds partition, BatchAssembler.Output output)
      throws InterruptedException {
    String condition =
        "%s AND %s".formatted(Conditions.of(window, table), Conditions.of(partition, table));
    long before = count(condition);
    long read = blocks(condition, output);
    if (read != before) {
      requireChange(before, read, count(condition));
    }
    return read;
  }

  private long count(String condition) {
    return session.number(table.count(condition));
  }

  private long blocks(String condition, BatchAssembler.Output output) throws InterruptedException {
    try (Answer answer = session.blocks(table.select(condition));
        ReadAhead ahead = new ReadAhead(answer);
        Blocks blocks = blocks(ahead)) {
      while (blocks.next()) {
        assembler.encodeBlock(blocks.rows(), blocks.dictionaries(), blocks.vectorBytes(), output);
      }
      return blocks.rowCount();
    }
  }

  private Blocks blocks(ReadAhead answer) {
    List<ColumnType> types = table.types();
    long limit = NativeBlockReader.LARGEST_BLOCK;
    var in = new NativeInput(answer, limit);
    return switch (session.format()) {
      case NATIVE -> new NativeBlockReader(types, in, allocator);
      case ARROW -> new ArrowBlockReader(types, in, allocator, limit);
    };
  }

  /** A table that changes meanwhile may have any number of rows between the two counts. */
  private void requireChange(long before, long read, long after) {
    boolean between = read >= Math.min(before, after) && read <= Math.max(before, after);
    if (!between) {
      throw MillraceException.passing(
          Category.SOURCE,
          "ClickHouse answered with %d rows of %s, but counts %d before and %d after"
                  .formatted(read, table.name(), before, after)
              + ": the answer was cut short, or the table changes too fast; read windows that are"
              + " closed (run:), or fewer rows at once",
          null);
    }
    LOG.warn(
        "{} changed while it was read: {} rows before, {} after, {} read",
        table.name(),
        before,
        after,
        read);
  }

  private String name(VectorSchemaRoot rows, int row) {
    return table
        .sortedBy()
        .map(
            column ->
                "%s (%s=%s)"
                    .formatted(
                        table.name(), column.name(), rows.getVector(column.name()).getObject(row)))
        .orElseGet(() -> table.name() + ", row %d of a block".formatted(row + 1));
  }
}
