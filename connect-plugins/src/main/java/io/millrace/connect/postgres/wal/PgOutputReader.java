package io.millrace.connect.postgres.wal;

import io.millrace.connect.postgres.server.PublishedColumn;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.core.MillraceException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the messages of the output plugin pgoutput, protocol versions 1 to 4 (PostgreSQL manual,
 * Logical Replication Message Formats), and tells a {@link PgOutputListener}. Rows are walked where
 * they lie: no object comes into being for a change. What {@code streaming} and {@code two_phase}
 * would send is refused, since both are off.
 */
public final class PgOutputReader {
  /** Microseconds from 1970 to 2000, where Postgres begins to count. */
  private static final long EPOCH = 946_684_800_000_000L;

  private static final String CATALOG = "pg_catalog";
  private static final int IDENTITY_FLAG = 1;

  private final PgOutputListener listener;
  private final MessageBytes message = new MessageBytes();
  private final WalTuple old = new WalTuple();
  private final WalTuple row = new WalTuple();

  public PgOutputReader(PgOutputListener listener) {
    this.listener = listener;
  }

  /**
   * Reads one message.
   *
   * @param bytes the message alone, without the frame that the walsender puts around it; whoever
   *     owns the array behind it leaves it as it is, since changes are decoded later
   * @throws MillraceException (DATA) if it is none of pgoutput's, or damaged; (PROTOCOL) if it
   *     belongs to a part of the protocol that was not asked for
   */
  public void read(ByteBuffer bytes) throws InterruptedException {
    message.begin(bytes);
    byte type = message.int8();
    switch (type) {
      case 'I' -> insert();
      case 'U' -> update();
      case 'D' -> delete();
      case 'B' -> begin();
      case 'C' -> commit();
      case 'R' -> relation();
      case 'Y' -> type();
      case 'T' -> truncate();
      case 'M' -> logicalMessage();
      case 'O' -> origin();
      case 'S', 'E', 'c', 'A' ->
          throw refused(type, "of a transaction in progress, although streaming is off");
      case 'b', 'P', 'K', 'r', 'p' ->
          throw refused(type, "of a prepared transaction, although two_phase is off");
      default -> throw message.malformed("there is no such type in protocol versions 1 to 4");
    }
  }

  private static MillraceException refused(byte type, String what) {
    return MillraceException.lasting(
        MillraceException.Category.PROTOCOL,
        "Cannot read a pgoutput message of type '%c': it is %s; start replication without that option"
            .formatted(type, what));
  }

  private void begin() throws InterruptedException {
    var transaction = new WalTransaction(message.int64(), message.int64() + EPOCH, message.int32());
    message.requireEnd();
    listener.begin(transaction);
  }

  private void commit() throws InterruptedException {
    message.int8(); // flags, none of them used
    long commitLsn = message.int64();
    long endLsn = message.int64();
    message.int64(); // the time, which Begin has told
    message.requireEnd();
    listener.commit(commitLsn, endLsn);
  }

  private void origin() throws InterruptedException {
    long lsn = message.int64();
    String name = message.string();
    message.requireEnd();
    listener.origin(lsn, name);
  }

  private void relation() throws InterruptedException {
    int oid = message.int32();
    String schema = message.string();
    String name = message.string();
    ReplicaIdentity identity = ReplicaIdentity.of(message.int8());
    int count = message.int16();
    var columns = new ArrayList<PublishedColumn>();
    for (int i = 0; i < count; i++) {
      boolean ofIdentity = (message.int8() & IDENTITY_FLAG) != 0;
      columns.add(
          new PublishedColumn(message.string(), message.int32(), message.int32(), ofIdentity));
    }
    message.requireEnd();
    listener.relation(new WalRelation(oid, table(schema, name), identity, columns));
  }

  /** The plugin sends no schema for what lies in the system's own. */
  private static TableName table(String schema, String name) {
    return new TableName(schema.isEmpty() ? CATALOG : schema, name);
  }

  private void type() throws InterruptedException {
    int oid = message.int32();
    String schema = message.string();
    String name = message.string();
    message.requireEnd();
    listener.type(oid, schema.isEmpty() ? CATALOG : schema, name);
  }

  private void insert() throws InterruptedException {
    int relation = message.int32();
    readRow(message.int8());
    message.requireEnd();
    listener.insert(relation, row);
  }

  private void update() throws InterruptedException {
    int relation = message.int32();
    byte part = message.int8();
    old.clear();
    if (part != 'N') {
      readOld(part);
      part = message.int8();
    }
    readRow(part);
    message.requireEnd();
    listener.update(relation, old, row);
  }

  private void delete() throws InterruptedException {
    int relation = message.int32();
    readOld(message.int8());
    message.requireEnd();
    listener.delete(relation, old);
  }

  private void readRow(byte part) {
    if (part != 'N') {
      throw message.malformed("expected a new row (N), found %d".formatted(part));
    }
    row.read(message);
  }

  private void readOld(byte part) {
    switch (part) {
      case 'K' -> old.readKey(message);
      case 'O' -> old.read(message);
      default -> throw message.malformed("expected an old row (K or O), found %d".formatted(part));
    }
  }

  private void truncate() throws InterruptedException {
    int count = message.int32();
    message.int8(); // CASCADE and RESTART IDENTITY: all tables it reached are listed
    List<Integer> relations = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      relations.add(message.int32());
    }
    message.requireEnd();
    listener.truncate(relations);
  }

  private void logicalMessage() throws InterruptedException {
    message.int8(); // whether it is transactional: its place in the stream says the same
    long lsn = message.int64();
    String prefix = message.string();
    byte[] content = message.value();
    message.requireEnd();
    listener.message(lsn, prefix, content);
  }
}
