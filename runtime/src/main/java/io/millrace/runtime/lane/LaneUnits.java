package io.millrace.runtime.lane;

import io.millrace.core.Unit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The units of a lane that are not closed: the live ones and those that are parked or held. */
final class LaneUnits {
  /** In the order of the offsets they hold back: a unit becomes live at the newest record. */
  private final Map<Unit, OpenUnit> live = new LinkedHashMap<>();

  private final Map<Unit, OpenUnit> waiting = new LinkedHashMap<>();

  /** The unit, or null if there is none of that name. */
  OpenUnit find(Unit id) {
    OpenUnit unit = live.get(id);
    return unit != null ? unit : waiting.get(id);
  }

  /** The unit is live from this offset on. */
  void live(OpenUnit unit, long offset) {
    waiting.remove(unit.id());
    unit.first = offset;
    live.put(unit.id(), unit);
  }

  /** The unit is live no more. */
  void rest(OpenUnit unit) {
    live.remove(unit.id());
    waiting.put(unit.id(), unit);
  }

  void close(OpenUnit unit) {
    live.remove(unit.id());
    waiting.remove(unit.id());
  }

  /** Does something to units that may change where they are. */
  void each(Predicate<OpenUnit> which, Consumer<OpenUnit> action) {
    for (var units : List.of(live, waiting)) {
      units.values().stream().filter(which).toList().forEach(action);
    }
  }

  /** The offset that live units hold back. */
  OptionalLong first() {
    return live.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(live.values().iterator().next().first);
  }

  /** The live units in this state, oldest first. */
  List<Unit> live(OpenUnit.State state) {
    return live.values().stream().filter(unit -> unit.state == state).map(OpenUnit::id).toList();
  }

  /** The units waiting in this state, each with its reason. */
  Map<Unit, String> waiting(OpenUnit.State state) {
    var reasons = new LinkedHashMap<Unit, String>();
    each(unit -> unit.state == state, unit -> reasons.put(unit.id(), unit.reason));
    return reasons;
  }
}
