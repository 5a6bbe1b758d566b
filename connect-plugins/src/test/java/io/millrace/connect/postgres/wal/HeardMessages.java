package io.millrace.connect.postgres.wal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connect.postgres.column.append.TupleChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/** Writes down what it hears, a line for each message. */
final class HeardMessages implements PgOutputListener {
  private final List<String> lines = new ArrayList<>();

  List<String> lines() {
    return lines;
  }

  private void say(String line) {
    lines.add(line);
  }

  @Override
  public void begin(WalTransaction transaction) {
    say(
        "begin %x %d %s"
            .formatted(
                transaction.commitLsn(),
                transaction.committedAt(),
                Integer.toUnsignedString(transaction.xid())));
  }

  @Override
  public void commit(long commitLsn, long endLsn) {
    say("commit %x %x".formatted(commitLsn, endLsn));
  }

  @Override
  public void origin(long commitLsn, String name) {
    say("origin %x %s".formatted(commitLsn, name));
  }

  @Override
  public void relation(WalRelation relation) {
    var columns = new StringBuilder();
    relation
        .columns()
        .forEach(
            c ->
                columns.append(
                    " %s:%d:%d%s"
                        .formatted(
                            c.name(), c.typeOid(), c.modifier(), c.identity() ? ":key" : "")));
    say(
        "relation %d %s %s%s"
            .formatted(relation.oid(), relation.name(), relation.identity(), columns));
  }

  @Override
  public void type(int oid, String schema, String name) {
    say("type %d %s.%s".formatted(oid, schema, name));
  }

  @Override
  public void insert(int relation, WalTuple row) {
    say("insert %d %s".formatted(relation, text(row)));
  }

  @Override
  public void update(int relation, WalTuple old, WalTuple row) {
    say("update %d %s %s".formatted(relation, text(old), text(row)));
  }

  @Override
  public void delete(int relation, WalTuple old) {
    say("delete %d %s".formatted(relation, text(old)));
  }

  @Override
  public void truncate(List<Integer> relations) {
    say("truncate %s".formatted(relations));
  }

  @Override
  public void message(long lsn, String prefix, byte[] content) {
    say("message %x %s %s".formatted(lsn, prefix, new String(content, UTF_8)));
  }

  private static String text(WalTuple tuple) {
    if (!tuple.isPresent()) {
      return "-";
    }
    var text = new StringJoiner("|", tuple.isKeyOnly() ? "key[" : "[", "]");
    for (int i = 0; i < tuple.columns(); i++) {
      text.add(
          switch (tuple.kind(i)) {
            case WalTuple.NULL -> "NULL";
            case WalTuple.UNCHANGED -> "UNCHANGED";
            case WalTuple.TEXT -> "t:" + value(tuple, i);
            default -> value(tuple, i);
          });
    }
    return text.toString();
  }

  private static String value(WalTuple tuple, int column) {
    int place = tuple.place(column);
    int length = TupleChunk.int32(tuple.message(), place);
    return new String(tuple.message(), place + Integer.BYTES, length, UTF_8);
  }
}
