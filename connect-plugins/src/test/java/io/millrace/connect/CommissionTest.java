package io.millrace.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.window.RunRange;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

/** What a connector is told besides its options. */
class CommissionTest {
  private static final ConfigDef DEFINITION = Commission.define(new ConfigDef());

  @Test
  void withoutMoreItReadsOnForEver() {
    assertThat(Commission.of(Map.of("millrace.pipeline", "trips")))
        .isEqualTo(new Commission("trips", "", new RunRange.Continuous()));
  }

  @Test
  void aRequestMayNameItsWindows() {
    assertThat(
            Commission.of(
                Map.of(
                    "millrace.pipeline", "trips",
                    "millrace.request", "r7",
                    "millrace.range", "..2024-03-01T12:00:00Z")))
        .isEqualTo(
            new Commission(
                "trips", "r7", new RunRange.Until(Instant.parse("2024-03-01T12:00:00Z"))));
  }

  @Test
  void connectRefusesWhatCannotBeRead() {
    assertThatThrownBy(
            () -> DEFINITION.parse(Map.of("millrace.pipeline", "trips", "millrace.range", "today")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("millrace.range")
        .hasMessageContaining("FROM..TO");
    assertThatThrownBy(() -> DEFINITION.parse(Map.of("millrace.pipeline", "My Trips")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("millrace.pipeline");
    assertThat(DEFINITION.parse(Map.of("millrace.pipeline", "trips")))
        .containsEntry("millrace.range", "");
  }
}
