package io.millrace.sinks.ledger;

import static io.millrace.sinks.ledger.Loader.STREAM;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.sinks.store.ObjectStore;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** What must be true of a target at any moment, by the names of DESIGN.md; keeps what it saw. */
final class Visible {
  private final ObjectStore store;
  private final Supplier<List<String>> allKeys;
  private final LedgerView ledger;
  private final Map<RunId, PlanId> lastHead = new HashMap<>();
  private final Map<RunId, PlanId> lastPublished = new HashMap<>();

  Visible(ObjectStore store, Supplier<List<String>> allKeys, LedgerView ledger) {
    this.store = store;
    this.allKeys = allKeys;
    this.ledger = ledger;
  }

  /** Looks at everything. */
  void check() {
    for (RunId run : ledger.runs(STREAM)) {
      RunHead head = ledger.head(STREAM, run).orElseThrow();
      checkHead(head);
      requireNoReturn(lastHead, run, head);
      Optional<RunHead> published = ledger.published(STREAM, run);
      if (published.isPresent()) {
        requireNoReturn(lastPublished, run, published.get());
        for (String path : checkHead(published.get())) {
          assertThat(store.read(path)).as("I6: %s of the published head", path).isPresent();
        }
      }
    }
  }

  /** The plan of a run's newest head when it was last looked at. */
  PlanId newestPlan(RunId run) {
    return lastHead.get(run);
  }

  /** Its files' final paths. */
  private Set<String> checkHead(RunHead head) {
    List<UnitMarker> markers = ledger.markers(head.plan());
    assertThat(markers).as("I1: units of %s", head).hasSize(head.units());
    assertThat(markers).allMatch(marker -> marker.planSize() == head.units());
    assertThat(markers.stream().map(UnitMarker::unit).distinct()).hasSize(head.units());
    assertThat(markers.stream().mapToLong(UnitMarker::sourceRows).sum())
        .as("I1: rows of %s", head)
        .isEqualTo(head.sourceRows())
        .isEqualTo(head.rows());
    Set<String> paths = new HashSet<>();
    markers.forEach(m -> m.staged().files().forEach(file -> paths.add(file.path())));
    return paths;
  }

  private static void requireNoReturn(Map<RunId, PlanId> last, RunId run, RunHead head) {
    PlanId before = last.put(run, head.plan().plan());
    assertThat(before == null || before.compareTo(head.plan().plan()) <= 0)
        .as("I7: head of %s after %s is %s", run, before, head)
        .isTrue();
  }

  /** Looks at everything when nobody works any more: exactly the files of the newest heads. */
  void checkFinally() {
    check();
    Set<String> named = new HashSet<>();
    for (RunId run : ledger.runs(STREAM)) {
      assertThat(ledger.published(STREAM, run)).isEqualTo(ledger.head(STREAM, run));
      named.addAll(checkHead(ledger.head(STREAM, run).orElseThrow()));
    }
    List<String> keys = allKeys.get();
    assertThat(keys)
        .as("I2: visible files")
        .filteredOn(key -> !key.startsWith("_millrace/"))
        .containsExactlyInAnyOrderElementsOf(named);
    assertThat(keys).as("I6: what is staged is swept").noneMatch(key -> key.contains("/staging/"));
    assertThat(ledger.openPlans()).isEmpty();
  }
}
