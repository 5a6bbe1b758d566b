package io.millrace.runtime.run;

import java.time.Duration;
import java.util.Locale;

/** Shows how far a run has come. */
public interface RunProgress extends AutoCloseable {
  /**
   * Where a run is.
   *
   * @param rowsRead rows read from Kafka by the sink that has read the fewest
   * @param rowsLoaded rows of units that are in the target, before transforms, of the sink that has
   *     loaded the fewest
   * @param expectedRows what the source estimates, -1 if it does not
   * @param units units loaded, and cuts of changes, of the sink that has loaded the fewest
   * @param plannedUnits how many there will be, 0 if no plan was seen yet, -1 if there is no end
   * @param bytes bytes of the records read
   * @param lag records that lie in Kafka and are not read yet
   */
  record State(
      long rowsRead,
      long rowsLoaded,
      long expectedRows,
      int units,
      int plannedUnits,
      long bytes,
      long lag) {

    /** How many units of how many are loaded, in words. */
    String unitsLoaded() {
      return plannedUnits < 0
          ? String.format(Locale.ROOT, "%,d units loaded", units)
          : String.format(Locale.ROOT, "%,d of %,d partitions", units, plannedUnits);
    }
  }

  /** A step that takes a moment has begun. */
  void step(String what);

  /** The run is here, so long after its start. */
  void at(State state, Duration elapsed);

  @Override
  void close();
}
