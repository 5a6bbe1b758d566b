package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresIT {
  private static final Map<String, String> FAST = Map.of("fsync", "off");
  private static final long ROWS = 10_000;

  @TempDir Path folder;

  /** A process that owns a server until it is killed. */
  static final class Owner {
    public static void main(String[] args) throws Exception {
      var postgres = EmbeddedPostgres.start(Path.of(args[0]), FAST);
      ChildJvm.serve(postgres, "url=" + postgres.jdbcUrl());
    }
  }

  @Test
  void rowsAndAddressSurviveARestart() throws Exception {
    String before;
    String url;
    try (var postgres = EmbeddedPostgres.start(folder, FAST);
        var connection = connect(postgres)) {
      SampleTrips.fill(connection, ROWS);
      before = Trips.hash(connection);
      url = postgres.jdbcUrl();
    }
    assertSame(before);
    try (var postgres = EmbeddedPostgres.start(folder, FAST)) {
      assertThat(postgres.jdbcUrl()).isEqualTo(url);
    }
  }

  @Test
  void rowsSurviveTheKillOfEveryServerProcess() throws Exception {
    String before;
    try (var postgres = EmbeddedPostgres.start(folder, FAST)) {
      try (var connection = connect(postgres)) {
        SampleTrips.fill(connection, ROWS);
        before = Trips.hash(connection);
        var leader = leader();
        leader.descendants().forEach(ProcessHandle::destroyForcibly);
        leader.destroyForcibly();
      }
    }
    assertSame(before);
  }

  @Test
  void aStartEndsWhatAKilledOwnerHasLeft() throws Exception {
    String before;
    try (var owner = ChildProcess.start(Owner.class, "url", folder.toString());
        var connection = DriverManager.getConnection(owner.ready(), "postgres", "")) {
      SampleTrips.fill(connection, ROWS);
      before = Trips.hash(connection);
      owner.kill();
      assertThat(leader().isAlive()).isTrue();
      assertSame(before);
      assertThat(connection.isValid(1)).isFalse();
    }
  }

  @Test
  void aStartEndsBackendsThatOutlivedTheirPostmaster() throws Exception {
    String before;
    try (var owner = ChildProcess.start(Owner.class, "url", folder.toString());
        var connection = DriverManager.getConnection(owner.ready(), "postgres", "");
        var busy = DriverManager.getConnection(owner.ready(), "postgres", "")) {
      SampleTrips.fill(connection, ROWS);
      before = Trips.hash(connection);
      var work = new Thread(() -> countForEver(busy));
      work.start();
      ProcessHandle leader = leader();
      owner.kill();
      leader.destroyForcibly();
      assertSame(before);
      work.join();
    }
  }

  @Test
  void anInterruptedFirstStartIsBegunAnew() throws Exception {
    Path cluster = Files.createDirectories(folder.resolve("cluster"));
    Files.writeString(cluster.resolve("postgresql.conf"), "# as far as initdb came");
    try (var postgres = EmbeddedPostgres.start(folder, FAST);
        var connection = connect(postgres)) {
      assertThat(connection.isValid(5)).isTrue();
    }
  }

  @Test
  void settingsAreReadyForReplicationAndDurableUnlessTold() throws Exception {
    try (var postgres = EmbeddedPostgres.start(folder);
        var connection = connect(postgres)) {
      assertThat(Trips.one(connection, "SHOW wal_level")).isEqualTo("logical");
      assertThat(Trips.one(connection, "SHOW fsync")).isEqualTo("on");
      assertThat(Trips.one(connection, "SHOW synchronous_commit")).isEqualTo("on");
    }
    try (var postgres = EmbeddedPostgres.start(folder, FAST);
        var connection = connect(postgres)) {
      assertThat(Trips.one(connection, "SHOW fsync")).isEqualTo("off");
    }
  }

  @Test
  void aFolderServesOneServerAtATime() {
    try (var postgres = EmbeddedPostgres.start(folder, FAST)) {
      assertThatThrownBy(() -> EmbeddedPostgres.start(folder, FAST))
          .isInstanceOf(EmbeddedException.class)
          .hasMessageContaining("is in use by this process");
      assertThat(postgres.user()).isEqualTo("postgres");
    }
  }

  @Test
  void aDamagedFolderIsKeptAndTheServersOwnWordsAreShown() throws Exception {
    Path left = Files.createDirectories(folder.resolve("cluster")).resolve("rows");
    Files.writeString(left, "precious");
    Files.createFile(folder.resolve("initialised"));
    assertThatThrownBy(() -> EmbeddedPostgres.start(folder, FAST))
        .isInstanceOf(EmbeddedException.class)
        .hasMessageContaining("Cannot start Postgres in " + folder.resolve("cluster"))
        .hasMessageContaining("exists but is not empty");
    assertThat(left).hasContent("precious");
  }

  private void assertSame(String before) throws SQLException {
    try (var postgres = EmbeddedPostgres.start(folder, FAST);
        var connection = connect(postgres)) {
      assertThat(Trips.hash(connection)).isEqualTo(before);
    }
  }

  private ProcessHandle leader() throws Exception {
    String pid = Files.readAllLines(folder.resolve("cluster/postmaster.pid")).get(0);
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  private static void countForEver(Connection connection) {
    try (var statement = connection.createStatement()) {
      statement.execute("SELECT count(*) FROM generate_series(1, 1000000000000)");
    } catch (SQLException e) {
      // the end it is meant to have
    }
  }

  private static Connection connect(EmbeddedPostgres postgres) throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "");
  }
}
