package io.millrace.connect.postgres.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connect.change.StreamChain;
import io.millrace.connect.postgres.slot.SlotGeneration;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.change.Position;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Checkpoints as Connect's offsets and back. */
class CheckpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Checkpoint checkpoint() {
    return new Checkpoint(
        new SlotGeneration(new PlanId(1_795_171_230_000L, "9x1z"), "7445533012345678901", "s", 3),
        2,
        0x1603002D50L,
        Instant.parse("2026-11-20T10:00:00.123456Z"),
        Map.of(
            "orders",
            new TableChain(
                new StreamChain(
                    List.of("a,b", "Größe"),
                    List.of(new Position(8, 1), new Position(16, 0), Position.START)),
                new Position(32, 0),
                /* membership= */ 4_000_000_000L),
            "same",
            TableChain.start(List.of("id"), 3),
            "keyless",
            TableChain.of(new StreamChain(List.of(), List.of(new Position(24, 7))))),
        Set.of("left"));
  }

  private static Map<String, Object> stored(Checkpoint checkpoint) throws Exception {
    return JSON.readValue(
        JSON.writeValueAsString(checkpoint.toOffset()),
        new TypeReference<HashMap<String, Object>>() {});
  }

  @Test
  void surviveTheTripThroughConnect() throws Exception {
    assertThat(Checkpoint.of(stored(checkpoint()))).hasValue(checkpoint());
    assertThat(Checkpoint.of(null)).isEmpty();
  }

  @Test
  void equalPositionsTakeThePlaceOfOne() throws Exception {
    assertThat(stored(checkpoint())).containsEntry("last.same", Position.START.toString());
  }

  @Test
  void resnapshotsAreThoseThatSomebodyAskedFor() throws Exception {
    assertThat(Checkpoint.of(stored(checkpoint())).orElseThrow().resnapshots())
        .isEqualTo(Map.of("orders", new Position(32, 0)));
    assertThat(stored(checkpoint())).doesNotContainKey("resnapshot.same");
  }

  @Test
  void damagedOnesAndThoseOfAnotherHashAreRefused() throws Exception {
    Map<String, Object> other = stored(checkpoint());
    other.put("hash", "murmur-1");
    assertThatThrownBy(() -> Checkpoint.of(other))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("murmur-1")
        .hasMessageContaining("crc32c-1");
    for (String key : List.of("generation", "lsn", "buckets", "latest_commit", "key.orders")) {
      Map<String, Object> damaged = stored(checkpoint());
      damaged.remove(key);
      assertThatThrownBy(() -> Checkpoint.of(damaged))
          .as(key)
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("reset its offsets");
    }
    Map<String, Object> cut = stored(checkpoint());
    cut.put("last.orders", "0000000000000008.1,0000000000000010.0");
    assertThatThrownBy(() -> Checkpoint.of(cut)).hasMessageContaining("reset its offsets");
  }
}
