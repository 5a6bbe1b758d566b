package io.millrace.sinks.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;

/** What {@code _unchanged} says: for each row of a batch the columns that it lacks, as numbers. */
final class UnchangedColumns {
  private final ListVector lists;
  private final int[] columns;

  /**
   * Of a batch of so many rows.
   *
   * @param places what stands for a name; -1 stands for all others
   */
  UnchangedColumns(ListVector lists, int rows, Map<String, Integer> places) {
    this.lists = lists;
    this.columns = new int[rows == 0 ? 0 : lists.getElementEndIndex(rows - 1)];
    var names = (VarCharVector) lists.getDataVector();
    byte[] last = new byte[0];
    int lastColumn = -1;
    for (int i = 0; i < columns.length; i++) {
      if (i == 0 || !isText(names, i, last)) { // most rows lack the column that the last one lacked
        last = names.get(i);
        lastColumn = places.getOrDefault(new String(last, UTF_8), -1);
      }
      columns[i] = lastColumn;
    }
  }

  private static boolean isText(VarCharVector texts, int row, byte[] text) {
    int start = texts.getStartOffset(row);
    if (texts.getEndOffset(row) - start != text.length) {
      return false;
    }
    ArrowBuf bytes = texts.getDataBuffer();
    for (int i = 0; i < text.length; i++) {
      if (bytes.getByte(start + i) != text[i]) {
        return false;
      }
    }
    return true;
  }

  /** How many columns a row lacks. */
  int count(int row) {
    return lists.getElementEndIndex(row) - lists.getElementStartIndex(row);
  }

  /** One of them. */
  int column(int row, int which) {
    return columns[lists.getElementStartIndex(row) + which];
  }
}
