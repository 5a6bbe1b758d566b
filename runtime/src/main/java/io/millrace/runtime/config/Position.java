package io.millrace.runtime.config;

import java.util.Comparator;

/**
 * A place in a file, or on the command line.
 *
 * @param line counted from 1; 0 on the command line
 * @param column counted from 1; 0 on the command line
 * @param setting the path of the setting that said it; empty in a file
 */
public record Position(int line, int column, String setting) implements Comparable<Position> {
  static final Position START = new Position(1, 1);

  /** A place in a file. */
  public Position(int line, int column) {
    this(line, column, "");
  }

  /** Where a setting stands. */
  static Position of(Setting setting) {
    return new Position(0, 0, setting.path());
  }

  /** Whether it is in the file. */
  public boolean inFile() {
    return setting.isEmpty();
  }

  private static final Comparator<Position> ORDER =
      Comparator.comparingInt(Position::line)
          .thenComparingInt(Position::column)
          .thenComparing(Position::setting);

  @Override
  public int compareTo(Position other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return inFile() ? line + ":" + column : "--set " + setting;
  }
}
