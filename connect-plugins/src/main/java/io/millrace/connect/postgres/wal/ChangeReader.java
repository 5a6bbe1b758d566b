package io.millrace.connect.postgres.wal;

import io.millrace.core.MillraceException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;

/**
 * Turns pgoutput's messages into encoded batches of changes, each of one table as it was announced
 * and of one bucket. A change's index counts all row messages of its transaction, those of tables
 * that nobody wants included, so that it is the same whatever is left out: an insert and a delete
 * take one, an update two (the first is its delete's, should it change its key), TRUNCATE one for
 * each table. Not thread-safe.
 */
public final class ChangeReader implements AutoCloseable {
  /** Finds out what an announcement leaves open. */
  @FunctionalInterface
  public interface Tables {
    /** The table with its types and its key; nothing if nobody wants its changes. */
    Optional<ChangedTable> find(WalRelation relation);
  }

  /** Is told of transactions. */
  @FunctionalInterface
  public interface Transactions {
    /** One begins; batches of those before it may still be open. */
    void begin(WalTransaction transaction) throws InterruptedException;

    /** Within it there is a message of {@code pg_logical_emit_message}. */
    default void message(WalTransaction transaction, String prefix, byte[] content) {}
  }

  private final Tables tables;
  private final ChangeSettings settings;
  private final BufferAllocator allocator;
  private final Transactions transactions;
  private final EncodedChanges.Output output;
  private final PgOutputReader reader = new PgOutputReader(new Messages());
  private final Map<Integer, Optional<TableChanges>> announced = new HashMap<>();
  private WalTransaction transaction;
  private long index;
  private long committedTo;
  private int lastRelation;
  private Optional<TableChanges> lastTable = Optional.empty();

  /** A reader whose caller need not know of transactions. */
  public ChangeReader(
      Tables tables,
      ChangeSettings settings,
      BufferAllocator allocator,
      EncodedChanges.Output output) {
    this(tables, settings, allocator, transaction -> {}, output);
  }

  /** A reader that tells of transactions, too. */
  public ChangeReader(
      Tables tables,
      ChangeSettings settings,
      BufferAllocator allocator,
      Transactions transactions,
      EncodedChanges.Output output) {
    this.tables = tables;
    this.settings = settings;
    this.allocator = allocator;
    this.transactions = transactions;
    this.output = output;
  }

  /**
   * Reads one message.
   *
   * @param message as {@link PgOutputReader#read} wants it
   * @throws MillraceException (DATA) if a value cannot be read or has no place in its Arrow type;
   *     (PROTOCOL) if messages come in an order that cannot be
   */
  public void read(ByteBuffer message) throws InterruptedException {
    reader.read(message);
  }

  /** Closes all batches. */
  public void closeBatches() throws InterruptedException {
    for (Optional<TableChanges> table : announced.values()) {
      if (table.isPresent()) {
        table.get().closeBatches();
      }
    }
  }

  /** The end LSN of the last transaction that was read whole; 0 before the first. */
  public long committedTo() {
    return committedTo;
  }

  /** Whether the last message read lies within a transaction. */
  public boolean isWithinTransaction() {
    return transaction != null;
  }

  static MillraceException broken(String what) {
    return MillraceException.lasting(
        MillraceException.Category.PROTOCOL, "Cannot read the replication stream: " + what);
  }

  @Override
  public void close() {
    announced.values().forEach(table -> table.ifPresent(TableChanges::close));
    announced.clear();
    lastTable = Optional.empty();
  }

  private Optional<TableChanges> table(int relation) {
    if (relation == lastRelation && lastTable.isPresent()) {
      return lastTable;
    }
    Optional<TableChanges> table = announced.get(relation);
    if (table == null) {
      throw broken(
          "a change of relation %s, which was not announced"
              .formatted(Integer.toUnsignedString(relation)));
    }
    lastRelation = relation;
    lastTable = table;
    return table;
  }

  /** Counts row messages; gives the index of the first. */
  private long count(int messages) {
    if (transaction == null) {
      throw broken("a change outside of any transaction");
    }
    long first = index;
    index += messages;
    return first;
  }

  private final class Messages implements PgOutputListener {
    @Override
    public void begin(WalTransaction begun) throws InterruptedException {
      if (transaction != null) {
        throw broken("a transaction begins before the one before it ends");
      }
      transactions.begin(begun);
      transaction = begun;
      index = 0;
    }

    @Override
    public void commit(long commitLsn, long endLsn) {
      if (transaction == null || transaction.commitLsn() != commitLsn) {
        throw broken("a commit at %016x, which is not what was begun".formatted(commitLsn));
      }
      transaction = null;
      committedTo = endLsn;
    }

    @Override
    public void origin(long commitLsn, String name) {
      // who replicated the transaction to the server is of no interest
    }

    /** What has come so far is closed: one batch has one schema. */
    @Override
    public void relation(WalRelation relation) throws InterruptedException {
      Optional<ChangedTable> found = tables.find(relation);
      Optional<TableChanges> known = announced.getOrDefault(relation.oid(), Optional.empty());
      if (known.isPresent()) {
        if (found.equals(known.map(TableChanges::table))) {
          return;
        }
        known.get().closeBatches();
        known.get().close();
        announced.remove(relation.oid());
      }
      lastTable = Optional.empty();
      announced.put(
          relation.oid(), found.map(table -> new TableChanges(table, settings, allocator, output)));
    }

    @Override
    public void type(int oid, String schema, String name) {
      // the relation that follows names its types by their OIDs
    }

    @Override
    public void insert(int relation, WalTuple row) throws InterruptedException {
      long first = count(1);
      Optional<TableChanges> table = table(relation);
      if (table.isPresent()) {
        table.get().insert(transaction, first, row);
      }
    }

    @Override
    public void update(int relation, WalTuple old, WalTuple row) throws InterruptedException {
      long first = count(2);
      Optional<TableChanges> table = table(relation);
      if (table.isPresent()) {
        table.get().update(transaction, first, old, row);
      }
    }

    @Override
    public void delete(int relation, WalTuple old) throws InterruptedException {
      long first = count(1);
      Optional<TableChanges> table = table(relation);
      if (table.isPresent()) {
        table.get().delete(transaction, first, old);
      }
    }

    @Override
    public void truncate(List<Integer> relations) throws InterruptedException {
      long next = count(relations.size());
      for (int relation : relations) {
        Optional<TableChanges> table = table(relation);
        if (table.isPresent()) {
          table.get().truncate(transaction, next);
        }
        next++;
      }
    }

    @Override
    public void message(long lsn, String prefix, byte[] content) {
      if (transaction != null) {
        transactions.message(transaction, prefix, content);
      }
    }
  }
}
