package io.millrace.connect.clickhouse.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.connect.clickhouse.DebianServer;
import io.millrace.connect.clickhouse.server.ServerAddress.Compression;
import io.millrace.connect.clickhouse.server.ServerAddress.Format;
import io.millrace.connect.clickhouse.server.ServerAddress.Transfer;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.options.Secret;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ClickHouse's own client on a real server: streaming, LZ4, users, settings, errors. */
class ClickHouseSessionIT {
  private static DebianServer server;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(DebianServer.missing().isEmpty(), () -> DebianServer.missing().orElse(""));
    server = DebianServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  private static ServerAddress address(
      String user, String password, Compression compression, Map<String, String> settings) {
    return new ServerAddress(
        List.of(URI.create(server.url())),
        user,
        Optional.of(new Secret(password)),
        new Transfer(Format.NATIVE, compression),
        settings);
  }

  private static ClickHouseSession session(Compression compression) {
    return ClickHouseSession.open(address("ingest", "secret", compression, Map.of()), 0);
  }

  @ParameterizedTest
  @EnumSource
  void readsTextsAndNull(Compression compression) {
    try (ClickHouseSession session = session(compression)) {
      assertThat(session.rows("SELECT 'a\\tb\\\\c\\nd', '', NULL, 'é' FROM numbers(2)"))
          .hasSize(2)
          .allSatisfy(row -> assertThat(row).containsExactly("a\tb\\c\nd", "", null, "é"));
      assertThat(session.rows("SELECT 1 WHERE 0")).isEmpty();
      assertThat(session.number("SELECT count() FROM numbers(17)")).isEqualTo(17);
    }
  }

  /** Debian's build loses the end of what it compresses; what there is has to be the same. */
  @Test
  void streamsAnAnswerOfManyBlocksInLz4AndWithout() throws Exception {
    byte[] plain = answer(Compression.NONE);
    byte[] compressed = answer(Compression.LZ4);

    assertThat(plain).hasSizeGreaterThan(20_000_000);
    assertThat(compressed).hasSizeGreaterThan(10_000_000);
    assertThat(Arrays.mismatch(plain, compressed))
        .isIn(-1, Math.min(plain.length, compressed.length));
  }

  private static byte[] answer(Compression compression) throws IOException {
    try (ClickHouseSession session = session(compression);
        InputStream answer = session.blocks("SELECT toString(number) AS n FROM numbers(3000000)")) {
      return answer.readAllBytes();
    }
  }

  /** The query would never end. */
  @ParameterizedTest
  @EnumSource
  void anAnswerThatIsNotReadToItsEndIsClosedAtOnce(Compression compression) throws Exception {
    try (ClickHouseSession session = session(compression)) {
      try (InputStream answer = session.blocks("SELECT number FROM system.numbers")) {
        assertThat(answer.readNBytes(1_000_000)).hasSize(1_000_000);
      }
      assertThat(session.number("SELECT 1")).as("the session can be used on").isEqualTo(1);
    }
  }

  @Test
  void blocksAreLarge() throws Exception {
    try (ClickHouseSession session = session(Compression.NONE);
        InputStream answer = session.blocks("SELECT number FROM numbers(100000)")) {
      byte[] head = answer.readNBytes(4);
      // columns: 1, rows: 65536 as a varint of three bytes
      assertThat(head).containsExactly(1, (byte) 0x80, (byte) 0x80, 4);
    }
  }

  @Test
  void settingsAreTheServers() throws Exception {
    Map<String, String> small = Map.of("max_block_size", "10");
    var address = address("ingest", "secret", Compression.NONE, small);
    try (ClickHouseSession session = ClickHouseSession.open(address, 0);
        InputStream answer = session.blocks("SELECT number FROM numbers(100)")) {
      assertThat(answer.readNBytes(2)).containsExactly(1, 10);
    }
    var unknown = address("ingest", "secret", Compression.NONE, Map.of("max_nonsense", "1"));
    try (ClickHouseSession session = ClickHouseSession.open(unknown, 0)) {
      assertThatThrownBy(() -> session.number("SELECT 1"))
          .isInstanceOfSatisfying(
              MillraceException.class, e -> assertThat(e.key()).contains("settings"));
    }
  }

  @Test
  void aUserWhoMayNotChangeSettingsCanRead() {
    var address = address("reader", "secret", Compression.LZ4, Map.of());
    try (ClickHouseSession session = ClickHouseSession.open(address, 0)) {
      assertThat(session.number("SELECT 2")).isEqualTo(2);
    }
  }

  @Test
  void aWrongPasswordIsTheConfigurationsFaultAndNotTold() {
    var address = address("ingest", "un-guessable", Compression.LZ4, Map.of());
    assertThatThrownBy(() -> ClickHouseSession.open(address, 0))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> {
              assertThat(e.category()).isEqualTo(Category.CONFIGURATION);
              assertThat(e.key()).contains("password");
              assertThat(e).hasMessageContaining("ingest").hasMessageContaining(server.url());
              assertThat(e.getMessage()).doesNotContain("un-guessable");
            });
  }

  @Test
  void anUnknownTableIsTheConfigurationsFault() {
    try (ClickHouseSession session = session(Compression.LZ4)) {
      assertThatThrownBy(() -> session.rows("SELECT 1 FROM nowhere"))
          .isInstanceOfSatisfying(
              MillraceException.class,
              e -> {
                assertThat(e.key()).contains("table");
                assertThat(e).hasMessageContaining("nowhere");
              });
    }
  }

  @Test
  void aServerThatDoesNotListenMayComeBack() {
    var nobody =
        new ServerAddress(
            List.of(URI.create("http://127.0.0.1:1")),
            "default",
            Optional.empty(),
            new Transfer(Format.NATIVE, Compression.LZ4),
            Map.of());
    assertThatThrownBy(() -> ClickHouseSession.open(nobody, 0))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> {
              assertThat(e.retriable()).isTrue();
              assertThat(e).hasMessageContaining("127.0.0.1:1");
            });
  }

  @Test
  void replicasTakeTurns() {
    var two =
        new ServerAddress(
            List.of(URI.create("http://127.0.0.1:1"), URI.create(server.url())),
            "default",
            Optional.empty(),
            new Transfer(Format.NATIVE, Compression.LZ4),
            Map.of());
    try (ClickHouseSession session = ClickHouseSession.open(two, 3)) {
      assertThat(session.number("SELECT 3")).isEqualTo(3);
    }
  }

  @Test
  void namesAndTextsAreQuoted() {
    String odd = "a`b\\c'd\"e é";
    try (ClickHouseSession session = session(Compression.LZ4)) {
      assertThat(
              session.rows(
                  "SELECT %s FROM (SELECT %s AS %1$s)"
                      .formatted(SqlText.identifier(odd), SqlText.literal(odd))))
          .containsExactly(List.of(odd));
    }
  }
}
