package io.millrace.connect.debezium.event;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * A change as Debezium tells it: a record whose value has the fields {@code op} and {@code source}.
 * Others (heartbeats, ends of transactions, changes of schemas) are none.
 */
public final class ChangeEvent {
  private static final String SOURCE = "source";
  private static final String OPERATION = "op";
  private static final String AFTER = "after";
  private static final String SNAPSHOT = "snapshot";

  private final SourceRecord record;
  private final Struct value;
  private final Struct source;

  private ChangeEvent(SourceRecord record, Struct value) {
    this.record = record;
    this.value = value;
    this.source = value.getStruct(SOURCE);
  }

  /** The event in a record, if there is one. */
  public static Optional<ChangeEvent> in(SourceRecord record) {
    return record.value() instanceof Struct value
            && value.schema().field(SOURCE) != null
            && value.schema().field(OPERATION) != null
            && value.schema().field(AFTER) != null
        ? Optional.of(new ChangeEvent(record, value))
        : Optional.empty();
  }

  /** The table's name and the schema's or database's before it, e.g. {@code shop.orders}. */
  public String table() {
    String owner = text("schema").or(() -> text("db")).orElse("");
    return owner + "." + text("table").or(() -> text("collection")).orElse("");
  }

  /** Debezium's word for the kind of source, such as {@code mariadb}. */
  String sourceKind() {
    return text("connector").orElse("");
  }

  ChangeOperation operation() {
    return ChangeOperation.of(value.getString(OPERATION), table());
  }

  /** The schema of the table's rows, as the event has it. */
  Schema rowSchema() {
    return value.schema().field(AFTER).schema();
  }

  /** The row before the change, null if there was none or it is not told. */
  Struct before() {
    return value.schema().field("before") == null ? null : value.getStruct("before");
  }

  /** The row after the change, null if there is none. */
  Struct after() {
    return value.getStruct(AFTER);
  }

  /** The key's columns, none if the table has no key. */
  List<String> keyColumns() {
    Schema schema = record.keySchema();
    return schema == null || schema.type() != Schema.Type.STRUCT
        ? List.of()
        : schema.fields().stream().map(Field::name).toList();
  }

  /** The row's key, null if there is none. */
  Struct key() {
    return record.key() instanceof Struct key ? key : null;
  }

  /** When the source says it happened, in microseconds since 1970. */
  public long committedAt() {
    Long micros = number("ts_us");
    Long millis = micros == null ? number("ts_ms") : null;
    return micros != null ? micros : millis == null ? 0 : TimeUnit.MILLISECONDS.toMicros(millis);
  }

  /** The source's name of the transaction, null if it tells none. */
  String transaction() {
    return text("gtid").or(() -> text("txId")).or(() -> text("lcr_position")).orElse(null);
  }

  /** Which row of the source's own event it is, from 0. */
  long row() {
    Long row = number("row");
    return row == null ? 0 : row;
  }

  /** Whether a snapshot read the row; an incremental one reads while changes go on. */
  public boolean isOfSnapshot() {
    String snapshot = text(SNAPSHOT).orElse("false");
    return !snapshot.equals("false") && !snapshot.equals("incremental");
  }

  /** Whether it comes from a snapshot that was asked for by a signal. */
  public boolean isIncremental() {
    return text(SNAPSHOT).orElse("").equals("incremental");
  }

  /** Whether a snapshot ends with it. */
  public boolean endsSnapshot() {
    return text(SNAPSHOT).orElse("").equals("last");
  }

  private Optional<String> text(String field) {
    return source.schema().field(field) == null
        ? Optional.empty()
        : Optional.ofNullable(source.get(field)).map(Object::toString);
  }

  private Long number(String field) {
    boolean there = source.schema().field(field) != null;
    return there && source.get(field) instanceof Number number ? number.longValue() : null;
  }
}
