package io.millrace.connect.postgres.column;

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

  /** How people number an element of this column's value. */
  abstract String subscript(int row, int element);

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
    return skip(tuple, bytes, at, end);
  }

  /** The place after a field whose length stands at {@code at}. */
  static int skip(int tuple, byte[] bytes, int at, int end) {
    int length = TupleChunk.int32(bytes, at);
    int next = at + Integer.BYTES + Math.max(length, 0);
    if (length < -1 || next < 0 || next > end) {
      throw UnreadableValue.malformed(tuple, "a field of %d bytes".formatted(length));
    }
    return next;
  }

  static void requireEnd(int tuple, int at, int end) {
    if (at != end) {
      throw UnreadableValue.malformed(tuple, "a value with %d bytes too many".formatted(end - at));
    }
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
