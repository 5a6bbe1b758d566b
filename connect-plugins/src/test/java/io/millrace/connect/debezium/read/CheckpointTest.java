package io.millrace.connect.debezium.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connect.change.StreamChain;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.change.Position;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Checkpoints as Connect's offsets and back. */
class CheckpointTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Checkpoint CHECKPOINT =
      Checkpoint.start(new PlanId(1_795_171_230_000L, "9x1z"), "io.example.Connector", 2)
          .at(
              Map.of(Map.of("server", "shop"), Map.of("file", "bin.000001", "pos", 4_000_000_000L)),
              77,
              Instant.parse("2026-11-20T10:00:00.123456Z"),
              Map.of(
                  "orders",
                  new StreamChain(List.of("a,b"), List.of(new Position(8, 1), Position.START)),
                  "keyless",
                  new StreamChain(List.of(), List.of(new Position(24, 7)))));

  private static Map<String, Object> stored() throws Exception {
    return JSON.readValue(
        JSON.writeValueAsString(CHECKPOINT.toOffset()),
        new TypeReference<HashMap<String, Object>>() {});
  }

  @Test
  void surviveTheTripThroughConnect() throws Exception {
    assertThat(Checkpoint.of(stored())).hasValue(CHECKPOINT);
    assertThat(Checkpoint.of(null)).isEmpty();
  }

  @Test
  void damagedOnesAndThoseOfAnotherHashAreRefused() throws Exception {
    Map<String, Object> other = stored();
    other.put("hash", "murmur-1");
    assertThatThrownBy(() -> Checkpoint.of(other))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("murmur-1");
    for (String key :
        List.of("generation", "connector", "place", "debezium", "buckets", "key.orders")) {
      Map<String, Object> damaged = stored();
      damaged.remove(key);
      assertThatThrownBy(() -> Checkpoint.of(damaged))
          .as(key)
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("reset its offsets");
    }
  }
}
