package io.millrace.connect.clickhouse.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.connect.TopicLog;
import io.millrace.connect.clickhouse.DebianServer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Reading a server of 2018, whose LZ4 answers lack their ends without a word of it. */
class OldServerIT {
  private static DebianServer server;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(DebianServer.missing().isEmpty(), () -> DebianServer.missing().orElse(""));
    server = DebianServer.start();
    server.execute("CREATE TABLE t (id Int64, s String) ENGINE = MergeTree ORDER BY id");
    server.execute(
        "INSERT INTO t SELECT toInt64(number + 1), toString(number) FROM numbers(200000)");
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void itIsReadAsAnyOther() throws Exception {
    Map<String, ?> options =
        Map.of("table", "default.t", "user", "reader", "password", "secret", "compression", "none");
    try (var reading = TestReading.of(server, options);
        var allocator = new RootAllocator()) {
      TopicLog log = reading.readAll();

      assertThat(reading.bounds()).hasSize(8);
      assertThat(
              TopicLog.longs(log.complete(log.plans().get(0)).values(), "id", allocator).stream()
                  .distinct())
          .hasSize(200_000);
    }
  }

  @Test
  void anAnswerThatLacksItsEndIsNeverTakenForWhole() throws Exception {
    Map<String, ?> options =
        Map.of("table", "default.t", "user", "ingest", "password", "secret", "compression", "lz4");
    try (var reading = TestReading.of(server, options)) {
      var now = new AtomicReference<>(Instant.EPOCH);
      reading.clock = () -> now.updateAndGet(last -> last.plus(Duration.ofSeconds(30)));

      assertThatThrownBy(reading::readAll)
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("cut short")
          .hasMessageContaining("default.t");
      assertThat(reading.ends()).isZero();
    }
  }
}
