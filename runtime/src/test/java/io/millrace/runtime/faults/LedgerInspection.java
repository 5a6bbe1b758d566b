package io.millrace.runtime.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.core.PlanId;
import io.millrace.sinks.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * Holds a target that nobody works on any more against the invariants of DESIGN.md section 4. Reads
 * documents and files by the store alone and shares no code with the ledger, which might have wrong
 * what it writes and what it reads in the same way.
 *
 * <p>For pipelines without transforms whose path is {@code {stream}/{run}/} below the store's root.
 */
public final class LedgerInspection {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final ObjectStore store;
  private final String ledger;
  private final List<String> violations = new ArrayList<>();
  private final List<String> named = new ArrayList<>();

  private LedgerInspection(ObjectStore store, String pipeline, String sink) {
    this.store = store;
    this.ledger = "_millrace/%s/%s/".formatted(pipeline, sink);
  }

  /** Inspects everything that the sink of a pipeline has left in a store. */
  public static LedgerInspection of(ObjectStore store, String pipeline, String sink) {
    var inspection = new LedgerInspection(store, pipeline, sink);
    inspection.requireSettled();
    var streams = new TreeSet<String>();
    for (String run : inspection.runs()) {
      streams.add(run.substring(0, run.indexOf('/')));
      inspection.inspectRun(run);
    }
    inspection.inspectFiles(streams);
    return inspection;
  }

  /** What is wrong, each beginning with the invariant's name; nothing if all of them hold. */
  public List<String> violations() {
    return violations;
  }

  /** Keys of the files that readers shall see. */
  public List<String> files() {
    return named;
  }

  private void requireSettled() {
    store
        .list(ledger + "open")
        .forEach(key -> violations.add("I6: %s is still open".formatted(key)));
    store
        .list(ledger + "staging")
        .forEach(key -> violations.add("I6: %s is still staged".formatted(key)));
  }

  /** As {@code <stream>/<run>}. */
  private Set<String> runs() {
    var runs = new TreeSet<String>();
    String folder = ledger + "runs";
    for (String key : store.list(folder)) {
      runs.add(key.substring(folder.length() + 1, key.lastIndexOf('/')));
    }
    return runs;
  }

  private void inspectRun(String run) {
    Set<String> documents = new HashSet<>(store.list(ledger + "runs/" + run));
    int count = (int) documents.stream().filter(key -> key.endsWith(".json")).count();
    Optional<PlanId> last = Optional.empty();
    JsonNode newest = null;
    for (int number = 0; number < count; number++) {
      String key = "%sruns/%s/%d.json".formatted(ledger, run, number);
      if (!documents.contains(key)) {
        violations.add("I7: of %d heads of %s, %d is not there".formatted(count, run, number));
        return;
      }
      newest = read(key);
      PlanId plan = PlanId.parse(newest.path("plan").asText());
      if (last.isPresent() && last.get().compareTo(plan) >= 0) {
        violations.add(
            "I7: head %d of %s went from %s to %s".formatted(number, run, last.get(), plan));
      }
      last = Optional.of(plan);
    }
    for (String note : List.of("published", "removed")) {
      if (!documents.contains("%sruns/%s/%d.%s".formatted(ledger, run, count - 1, note))) {
        violations.add("I2: the newest head of %s is not noted as %s".formatted(run, note));
      }
    }
    if (newest != null) {
      inspectUnits(run, newest);
    }
  }

  private void inspectUnits(String run, JsonNode head) {
    String folder = "%sunits/%s/%s".formatted(ledger, run, head.path("plan").asText());
    List<JsonNode> markers = store.list(folder).stream().map(this::read).toList();
    int units = head.path("units").asInt();
    long partitions = markers.stream().map(m -> m.path("partition").asText()).distinct().count();
    if (markers.size() != units || partitions != units) {
      violations.add("I1: %s has %d units and %d markers".formatted(folder, units, markers.size()));
    }
    long rows = 0;
    long sourceRows = 0;
    for (JsonNode marker : markers) {
      String partition = marker.path("partition").asText();
      long unitRows = 0;
      for (JsonNode file : marker.path("files")) {
        unitRows += file.path("rows").asLong();
        inspectFile(file);
      }
      long announced = marker.path("source_rows").asLong();
      if (!marker.path("abandoned").asText().isEmpty()) {
        continue; // an operator's word instead of rows
      }
      if (unitRows != announced || marker.path("log").path("rows").asLong() != announced) {
        violations.add(
            "I1: %s has %d rows, the source counted %d".formatted(partition, unitRows, announced));
      }
      if (marker.path("plan_size").asInt() != units) {
        violations.add(
            "I1: the marker of %s is of another plan size: %s".formatted(partition, marker));
      }
      rows += unitRows;
      sourceRows += announced;
    }
    if (rows != head.path("rows").asLong() || sourceRows != head.path("source_rows").asLong()) {
      violations.add(
          "I1: the units have %d of %d rows, the head says %s".formatted(rows, sourceRows, head));
    }
  }

  private void inspectFile(JsonNode file) {
    String path = file.path("path").asText();
    named.add(path);
    Optional<byte[]> bytes = store.read(path);
    if (bytes.isEmpty()) {
      violations.add("I6: %s is not there".formatted(path));
      return;
    }
    var checksum = new CRC32C();
    checksum.update(bytes.get());
    if (bytes.get().length != file.path("bytes").asLong()
        || !HexFormat.of()
            .toHexDigits((int) checksum.getValue())
            .equals(file.path("crc32c").asText())) {
      violations.add("I6: %s is not what its marker says: %s".formatted(path, file));
    }
  }

  private void inspectFiles(Set<String> streams) {
    var once = new HashSet<String>();
    for (String path : named) {
      if (!once.add(path)) {
        violations.add("I2: %s is named twice".formatted(path));
      }
    }
    for (String stream : streams) {
      for (String path : store.list(stream)) {
        if (!once.contains(path)) {
          violations.add("I2: %s is visible, and no newest head names it".formatted(path));
        }
      }
    }
  }

  private JsonNode read(String key) {
    try {
      return JSON.readTree(store.read(key).orElseThrow());
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + key, e);
    }
  }
}
