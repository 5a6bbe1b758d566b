package io.millrace.connect.round;

import io.millrace.core.change.Position;
import java.util.Map;

/** Knows which streams somebody wants to have read once more. */
@FunctionalInterface
public interface Resnapshots {
  /** Where the source's log asks for it, by stream: the latest place of each. */
  Map<String, Position> asked();
}
