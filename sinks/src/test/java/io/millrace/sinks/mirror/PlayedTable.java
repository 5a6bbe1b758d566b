package io.millrace.sinks.mirror;

import io.millrace.core.PlanId;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import io.millrace.core.change.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A table that random transactions change, and the changes as docs/changes.md has them. Its rows
 * stand in the order in which their keys came to be: a plain map, which is what a mirror has to
 * equal.
 */
public final class PlayedTable {
  /**
   * A change; fields of Arrow vectors come from it.
   *
   * @param row of the table's columns, null for TRUNCATE
   * @param before of the identity's columns, or null
   */
  public record Change(
      int bucket,
      String op,
      Position at,
      List<Object> row,
      List<Object> before,
      List<String> unchanged) {}

  /** Changes that were made under one schema. */
  public record Era(List<PlayedColumn> columns, List<Change> changes) {}

  private final Random random;
  private final BufferAllocator allocator;
  private final boolean identityFull;
  private final int keyColumns;
  private final int buckets;
  private final List<PlayedColumn> columns = new ArrayList<>();
  private final Map<List<String>, Object[]> rows = new LinkedHashMap<>();
  private final List<Object[]> gone = new ArrayList<>();
  private List<Era> eras = new ArrayList<>();
  private long lsn;
  private long index;
  private int named;

  public PlayedTable(Random random, BufferAllocator allocator) {
    this.random = random;
    this.allocator = allocator;
    this.identityFull = random.nextInt(4) == 0;
    this.keyColumns = 1 + random.nextInt(3);
    this.buckets = 1 + random.nextInt(4);
    for (int i = 0; i < keyColumns; i++) {
      columns.add(PlayedColumn.ofKey("k" + i, random));
    }
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      columns.add(PlayedColumn.any("c" + named++, random));
    }
    for (int i = random.nextInt(12); i > 0; i--) {
      Object[] row = freshRow();
      rows.put(key(row), row);
    }
    eras.add(new Era(List.copyOf(columns), new ArrayList<>()));
  }

  public Generation generation() {
    return new Generation(
        PlanId.after(0, Instant.EPOCH, "0000000000000000"),
        "system",
        "slot",
        buckets,
        columns.stream().limit(keyColumns).map(PlayedColumn::name).toList(),
        KeyHash.NAME);
  }

  public Schema schema() {
    return new Schema(columns.stream().map(PlayedColumn::field).toList());
  }

  public boolean identityFull() {
    return identityFull;
  }

  public int keyColumns() {
    return keyColumns;
  }

  public List<Object[]> rows() {
    return List.copyOf(rows.values());
  }

  /** The rows of a bucket, in order. */
  public List<Object[]> rows(int bucket) {
    return rows.values().stream().filter(row -> bucket(row) == bucket).toList();
  }

  /** The changes since this was asked last. */
  public List<Era> takeChanges() {
    List<Era> taken = eras;
    eras = new ArrayList<>(List.of(new Era(List.copyOf(columns), new ArrayList<>())));
    return taken;
  }

  /** Behind every change so far, and before every later one. */
  public Position now() {
    return new Position(lsn + 1, 0);
  }

  /** The log goes on without changes of this table. */
  public void idle() {
    lsn += 3;
  }

  /** Tells of an update of a row that was never there. */
  public void tellOfNothing() {
    lsn += 3;
    tell("update", 0, freshRow(), null, List.of());
  }

  /** One transaction, or a change of the table itself. */
  public void play() {
    lsn += 3 + random.nextInt(1000);
    index = random.nextInt(3);
    if (random.nextInt(8) == 0) {
      alter();
      return;
    }
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      step();
    }
  }

  private void step() {
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> insert(freshRow());
      case 3 -> insertAgain();
      case 4, 5, 6 -> update(anyRow());
      case 7 -> delete(anyRow());
      case 8, 9 -> move(anyRow(), freshRow());
      case 10 -> swap(anyRow(), anyRow());
      default -> {
        if (random.nextInt(4) == 0) {
          truncate();
        }
      }
    }
  }

  private Object[] anyRow() {
    if (rows.isEmpty()) {
      insert(freshRow());
    }
    return rows().get(random.nextInt(rows.size()));
  }

  private Object[] freshRow() {
    Object[] row = new Object[columns.size()];
    do {
      for (int i = 0; i < row.length; i++) {
        row[i] = value(i);
      }
    } while (rows.containsKey(key(row)));
    return row;
  }

  private Object value(int column) {
    boolean isNull = column >= keyColumns && random.nextInt(4) == 0;
    return isNull ? null : columns.get(column).value().apply(random);
  }

  private void insert(Object[] row) {
    rows.put(key(row), row);
    tell("insert", index++, row, null, List.of());
  }

  /** Under the key of a row that was deleted. */
  private void insertAgain() {
    Object[] row = freshRow();
    if (!gone.isEmpty()) {
      Object[] old = gone.get(random.nextInt(gone.size()));
      System.arraycopy(old, 0, row, 0, keyColumns);
    }
    if (!rows.containsKey(key(row))) {
      insert(row);
    }
  }

  private void update(Object[] old) {
    move(old, old);
  }

  /** An update, to the key of another row if that is not the same. */
  private void move(Object[] old, Object[] keyOf) {
    Object[] row = old.clone();
    System.arraycopy(keyOf, 0, row, 0, keyColumns);
    List<String> unchanged = new ArrayList<>();
    Object[] told = row.clone();
    for (int i = keyColumns; i < row.length; i++) {
      if (random.nextBoolean()) {
        row[i] = value(i);
        told[i] = row[i];
      } else if (!identityFull && columns.get(i).toasted() && row[i] != null) {
        told[i] = null;
        unchanged.add(columns.get(i).name());
      }
    }
    if (key(row).equals(key(old))) {
      rows.put(key(row), row);
      tell("update", index + 1, told, identityFull ? old : null, unchanged);
    } else {
      remove(old);
      tell("delete", index, ofKey(old), before(old), List.of());
      rows.put(key(row), row);
      tell("insert", index + 1, told, before(old), unchanged);
    }
    index += 2;
  }

  /** By way of a third key; of a row with itself, it moves away and back. */
  private void swap(Object[] one, Object[] other) {
    Object[] third = freshRow();
    boolean same = key(one).equals(key(other));
    move(one, third);
    if (!same) {
      move(rows.get(key(other)), one);
    }
    move(rows.get(key(third)), other);
  }

  private void delete(Object[] old) {
    remove(old);
    tell("delete", index++, ofKey(old), before(old), List.of());
  }

  private void remove(Object[] old) {
    rows.remove(key(old));
    gone.add(old);
  }

  private void truncate() {
    gone.addAll(rows.values());
    rows.clear();
    Position at = new Position(lsn, index++);
    for (int bucket = 0; bucket < buckets; bucket++) {
      changes().add(new Change(bucket, "truncate", at, null, null, List.of()));
    }
  }

  private void tell(String op, long at, Object[] row, Object[] before, List<String> unchanged) {
    changes()
        .add(
            new Change(
                bucket(row),
                op,
                new Position(lsn, at),
                Arrays.asList(row),
                before == null ? null : Arrays.asList(before),
                unchanged));
  }

  private List<Change> changes() {
    return eras.get(eras.size() - 1).changes();
  }

  private Object[] ofKey(Object[] row) {
    return Arrays.copyOf(Arrays.copyOf(row, keyColumns), row.length);
  }

  private Object[] before(Object[] row) {
    return identityFull ? row : Arrays.copyOf(row, keyColumns);
  }

  private void alter() {
    int column = random.nextInt(columns.size());
    switch (random.nextInt(4)) {
      case 0 -> add();
      case 1 -> {
        if (column >= keyColumns && columns.size() > keyColumns + 1) {
          drop(column);
        }
      }
      case 2 -> { // a column that was dropped and added again, or renamed, is another one
        if (column >= keyColumns) {
          String name = columns.get(column).name();
          if (columns.size() > keyColumns + 1) {
            drop(column);
            nextEra();
            insert(freshRow());
          }
          boolean isThere = columns.stream().anyMatch(c -> c.name().equals(name));
          append(PlayedColumn.any(isThere ? "c" + named++ : name, random));
        }
      }
      default -> columns.set(column, columns.get(column).widened());
    }
    nextEra();
  }

  private void add() {
    append(PlayedColumn.any("c" + named++, random));
  }

  private void append(PlayedColumn column) {
    columns.add(column);
    rows.replaceAll((key, row) -> Arrays.copyOf(row, row.length + 1));
  }

  private void drop(int column) {
    columns.remove(column);
    rows.replaceAll(
        (key, row) -> {
          Object[] rest = Arrays.copyOf(row, row.length - 1);
          System.arraycopy(row, column + 1, rest, column, rest.length - column);
          return rest;
        });
  }

  private void nextEra() {
    eras.add(new Era(List.copyOf(columns), new ArrayList<>()));
  }

  private List<String> key(Object[] row) {
    return Arrays.stream(row)
        .limit(keyColumns)
        .map(value -> value instanceof byte[] bytes ? Arrays.toString(bytes) : value.toString())
        .toList();
  }

  private int bucket(Object[] row) {
    var ofKey = new Schema(schema().getFields().subList(0, keyColumns));
    try (VectorSchemaRoot key = Values.batch(ofKey, List.<Object[]>of(row), allocator)) {
      return new KeyHash(buckets).bucket(key.getFieldVectors(), 0);
    }
  }

  /** Rows by bucket, as one text each. */
  public Map<Integer, List<String>> texts() {
    Map<Integer, List<String>> texts = new TreeMap<>();
    for (int bucket = 0; bucket < buckets; bucket++) {
      try (VectorSchemaRoot batch = Values.batch(schema(), rows(bucket), allocator)) {
        texts.put(bucket, Values.texts(batch));
      }
    }
    return texts;
  }
}
