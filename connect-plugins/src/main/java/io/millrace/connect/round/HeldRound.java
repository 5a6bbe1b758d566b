package io.millrace.connect.round;

import java.util.List;
import java.util.Map;

/** A round that tasks read, and whatever it must be read under; closing it lets go of that. */
public interface HeldRound extends AutoCloseable {
  /** The round. */
  Round round();

  /** What each of at most so many tasks is told. */
  List<Map<String, String>> taskProperties(int tasks);

  /**
   * Whether it can still be read; if not, another has to be planned.
   *
   * @throws io.millrace.core.MillraceException if that cannot be told, retriable if later it may
   */
  boolean isHeld();

  @Override
  void close();
}
