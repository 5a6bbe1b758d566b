package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;

/** What appenders of many elements share: the lists, and one appender for all their elements. */
abstract class ListAppender extends ColumnAppender {
  final Lists lists;
  final TupleChunk elements = new TupleChunk();
  private final ColumnAppender element;

  /**
   * An appender of lists.
   *
   * @param lists those of the innermost list vector
   * @param element appends to that vector's elements
   */
  ListAppender(boolean nullable, Lists lists, ColumnAppender element) {
    super(nullable);
    this.lists = lists;
    this.element = element;
  }

  /**
   * Adds a value's elements to {@link #elements}, and its list to {@link #lists}.
   *
   * @param at the first of its bytes
   * @param end the byte after its last
   */
  abstract void add(int tuple, byte[] bytes, int at, int end);

  /** Adds a NULL. */
  void addNull() {
    lists.addNull();
  }

  /** How people number an element of this column's value, counted from 1. */
  String subscript(int row, int element) {
    return "[%d]".formatted(element - lists.start(row) + 1);
  }

  @Override
  public final void reserve(int rows) {}

  @Override
  public final void append(TupleChunk chunk, int firstRow) {
    int firstElement = lists.elements();
    elements.clear();
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      if (length >= 0) {
        int at = chunk.next(i, length);
        add(i, chunk.tuple(i), at, at + length);
      } else {
        requireNull(i, length);
        addNull();
      }
    }
    element.reserve(lists.elements());
    try {
      element.append(elements, firstElement);
    } catch (UnreadableValue e) {
      int found = firstElement + e.tuple();
      int row = outerRow(lists.rowOf(found));
      throw e.within(row - firstRow, subscript(row, found));
    }
    elements.clear();
  }

  /** The row of the column that an innermost list is a part of. */
  int outerRow(int list) {
    return list;
  }

  /** Adds the element whose length stands at {@code at}; gives the place after it. */
  final int addElement(int tuple, byte[] bytes, int at, int end) {
    elements.add(bytes, at);
    return InnerFields.skip(tuple, bytes, at, end);
  }

  @Override
  public long bytes(int rows) {
    return lists.bytes() + element.bytes(lists.elements());
  }

  @Override
  public void finish(int rows) {
    lists.finish();
    element.finish(lists.elements());
  }

  @Override
  public void reset() {
    lists.reset();
    element.reset();
  }
}
