package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.SampleTrips;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What can be wrong around a run: each time one clear message, the exit code for it, and nothing
 * that a reader of the target could take for data.
 */
class ErrorsIT {
  private static final long ROWS = 50_000;
  private static final int FAILED = 1;
  private static final int BAD_CONFIGURATION = 2;

  /** What a run says while all goes well. */
  private static final Pattern STEP =
      Pattern.compile("(Starting|Reading|Going on with) .*| *[0-9.]+ s  .* rows read, .*");

  private static final String SECRET = "open-sesame-4711";
  private static final String NOBODY = "65534";
  private static final List<String> AS_NOBODY =
      List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");

  @TempDir private static Path servers;
  private static Cluster cluster;

  @TempDir private Path folder;
  private Path file;

  /** The distribution where every user can read it, wherever the checkout lies. */
  private static Path readable;

  @BeforeAll
  static void start() throws Exception {
    readable = servers.resolve("readable");
    SystemCommand.run("cp", "-r", MillraceProcess.HOME.toString(), readable.toString());
    SystemCommand.run("chmod", "-R", "a+rX", servers.toString());
    cluster = new Cluster(servers, ROWS);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("pipeline.yaml");
  }

  @Test
  void anUnknownKeyIsToldWithTheNearestKnownOne() throws IOException {
    pipeline("unknown", "- type: parquet", "- type: parquet\n    compresion: zstd");

    assertThat(refusedAtOnce(BAD_CONFIGURATION))
        .isEqualTo(
            "%s:10:5: sinks.0.compresion: Unknown key \"compresion\": did you mean"
                + " \"compression\"?",
            file);
  }

  @Test
  void aWrongTypeIsToldWithTheValue() throws IOException {
    pipeline("wrong", "table: public.trips", "table: public.trips\n  tasks: four");

    assertThat(refusedAtOnce(BAD_CONFIGURATION))
        .startsWith("%s:7:3: source.tasks: ".formatted(file))
        .contains("\"four\"", "whole number");
  }

  @Test
  void aMissingTableIsToldWithTheNearestOne() throws IOException {
    pipeline("table", "table: public.trips", "table: public.tripz");

    assertThat(refusedAtOnce(BAD_CONFIGURATION))
        .isEqualTo(
            "%s:6:3: source.table: There is no table \"public.tripz\": did you mean"
                + " \"public.trips\"?",
            file);
    assertNothingLoaded();
  }

  @Test
  void aMissingColumnIsToldWithTheNearestOne() throws IOException {
    pipeline(
        "column",
        "table: public.trips",
        "table: public.trips\n  partition: {column: pu_locaton_id}");

    assertThat(refusedAtOnce(BAD_CONFIGURATION))
        .isEqualTo(
            "%s:7:15: source.partition.column: public.trips has no column \"pu_locaton_id\": did"
                + " you mean \"pu_location_id\"?",
            file);
    assertNothingLoaded();
  }

  @Test
  void aWrongPasswordIsToldWithoutIt() throws Exception {
    String user = "locked";
    askForPasswordOf(user, SECRET + "-right");
    pipeline(
        "password",
        "user: " + cluster.user(),
        "user: %s\n  password: ${env:TRIPS_PASSWORD}".formatted(user));

    String message = refused(BAD_CONFIGURATION, started(Map.of("TRIPS_PASSWORD", SECRET), "run"));

    assertThat(message)
        .startsWith("%s:6:3: source.password: Cannot log in to 127.0.0.1:".formatted(file))
        .endsWith(" as \"%s\": wrong password".formatted(user));
    assertNothingStarted();
    assertNothingLoaded();
    refused(BAD_CONFIGURATION, started(Map.of("TRIPS_PASSWORD", SECRET), "schema"));
    try (var right = started(Map.of("TRIPS_PASSWORD", SECRET + "-right"), "schema")) {
      assertThat(right.await(PATIENCE)).as(right.err()).isZero();
    }
  }

  @Test
  void aMissingRightIsToldWithTheGrantThatGivesIt() throws Exception {
    sql("CREATE ROLE reader LOGIN");
    pipeline("grant", "user: " + cluster.user(), "user: reader");

    assertThat(refusedAtOnce(BAD_CONFIGURATION))
        .startsWith("%s:6:3: source.table: Cannot read public.trips: ".formatted(file))
        .endsWith("GRANT SELECT ON \"public\".\"trips\" TO \"reader\"");
    assertNothingLoaded();
  }

  @Test
  void aDatabaseThatDoesNotRunIsToldWithItsAddress() throws IOException {
    pipeline("closed", cluster.url(), "jdbc:postgresql://127.0.0.1:1/app");

    assertThat(refusedAtOnce(FAILED))
        .startsWith("%s:4:3: source.url: Cannot connect to 127.0.0.1:1/app: ".formatted(file))
        .endsWith("does Postgres run there?");
    assertNothingLoaded();
  }

  @Test
  void aDatabaseThatSaysNothingIsGivenUp() throws IOException {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      int port = silent.getLocalPort();
      pipeline("silent", cluster.url(), "jdbc:postgresql://127.0.0.1:%d/app".formatted(port));

      assertThat(refusedAtOnce(FAILED))
          .startsWith("%s:4:3: source.url: Cannot connect to 127.0.0.1:".formatted(file));
    }
  }

  @Test
  void aBrokerThatDoesNotRunIsToldWithItsAddress() throws IOException {
    pipeline("broker", cluster.bootstrapServers(), "127.0.0.1:1");

    String message =
        "Cannot reach Kafka at 127.0.0.1:1 within 10 s: does it run, and is"
            + " kafka.bootstrap.servers right?";
    MillraceProcess sink = started(Map.of(), "sink");
    assertThat(refusedAtOnce(FAILED)).isEqualTo(message);
    assertThat(refused(FAILED, sink)).isEqualTo(message);
    assertNothingLoaded();
  }

  @Test
  void aConnectClusterThatDoesNotRunIsToldWithItsAddress() throws IOException {
    pipeline("connect", "connect:\n  url: http://127.0.0.1:", "connect:\n  url: http://localhost:");
    Files.writeString(
        file, Files.readString(file).replaceFirst("http://localhost:\\d+", "http://127.0.0.1:1"));

    assertThat(refusedAtOnce(FAILED))
        .startsWith("Cannot reach Kafka Connect at http://127.0.0.1:1 (")
        .endsWith("): does it run, and is connect.url right?");
    assertNothingLoaded();
  }

  @Test
  void aTargetWithoutPermissionIsToldWithTheUserWhoLacksIt() throws IOException {
    Path closed = Files.createDirectory(folder.resolve("closed"));
    Path lake = closed.resolve("lake");
    pipeline(
        "permission", "- type: parquet", "- type: parquet\n    path: %s/{stream}".formatted(lake));
    openToAll(folder);

    for (String command : List.of("run", "sink")) {
      assertThat(refused(FAILED, startedByNobody(command)))
          .contains(
              lake.toString(),
              ": permission denied at " + closed,
              "; give user \"nobody\" the right, or choose another path");
      assertThat(closed).isEmptyDirectory();
    }
    assertNothingStarted();
    assertNothingLoaded();
  }

  @Test
  void aCurrentFolderWithoutPermissionIsToldWithTheUserWhoLacksIt() throws IOException {
    Path lake = Files.createDirectory(folder.resolve("lake"));
    pipeline("here", "- type: parquet", "- type: parquet\n    path: %s/{stream}".formatted(lake));
    openToAll(lake);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));

    assertThat(refused(FAILED, startedByNobody("run")))
        .isEqualTo(
            "Cannot keep the run's request in %s: permission denied at %s; run in a folder that"
                + " user \"nobody\" can write",
            folder.resolve(".millrace/here/request"), folder.resolve(".millrace"));
    assertThat(lake).isEmptyDirectory();
  }

  @Test
  void aSecondRunInTheSameFolderIsToldWhichOneIsInUse() throws IOException {
    pipeline("busy", "kafka:\n  bootstrap.servers: %s\n".formatted(cluster.bootstrapServers()), "");
    Path state = folder.resolve(".millrace/busy/kafka");

    try (var first = EmbeddedKafka.start(state)) {
      assertThat(first.bootstrapServers()).isNotEmpty();
      assertThat(refused(FAILED, started(Map.of(), "run")))
          .isEqualTo(
              "Folder %s is in use by another process: stop it first, or choose another folder",
              state.toRealPath());
    }
    assertNothingLoaded();
  }

  @Test
  void aFullDiskIsToldWithThePathAndTheNextStartGoesOn() throws Exception {
    Path mount = Files.createDirectory(folder.resolve("disk"));
    pipeline("full", "- type: parquet", "- type: parquet\n    path: %s/{stream}".formatted(mount));
    try (var disk = new SmallDisk(mount, "1m")) {
      assertThat(refused(FAILED, started(Map.of(), "run")))
          .startsWith("Cannot write " + mount)
          .contains(": the disk is full (")
          .endsWith("; free space there, or choose another path");
      assertNothingLoaded();

      disk.resize("64m");
      try (var run = started(Map.of(), "run")) {
        assertThat(run.await(PATIENCE)).as(run.err()).isZero();
        assertThat(run.err()).startsWith("Going on with an unfinished run");
      }
      assertSameRows();
    }
  }

  @Test
  void anotherClustersLedgerIsRefusedAndItsFilesStay() throws Exception {
    pipeline("foreign", "", "");
    try (var run = started(Map.of(), "run")) {
      assertThat(run.await(PATIENCE)).as(run.err()).isZero();
    }
    List<Path> files = assertSameRows();
    Path ledger = folder.resolve("lake/_millrace/foreign/parquet/ledger.json");
    String ours = Files.readString(ledger);
    String theirs = ours.replaceFirst("\"cluster\":\"[^\"]*\"", "\"cluster\":\"theirs\"");
    assertThat(theirs).isNotEqualTo(ours);
    Files.writeString(ledger, theirs);

    for (String command : List.of("run", "sink")) {
      assertThat(refused(FAILED, started(Map.of(), command)))
          .startsWith(
              "Cannot use the ledger %s: it belongs to Kafka cluster \"theirs\"".formatted(ledger))
          .contains("give the sink another path or name");
    }
    assertThat(Lake.files(folder, file)).isEqualTo(files);

    Files.writeString(ledger, ours.replace("\"foreign\"", "\"other\""));
    for (String command : List.of("run", "files")) {
      assertThat(refused(FAILED, started(Map.of(), command)))
          .startsWith(
              "Cannot use the ledger %s: it belongs to pipeline \"other\", and this is \"foreign\";"
                  .formatted(ledger));
    }
    assertThat(Lake.visible(folder)).hasSameElementsAs(files);
  }

  /** Writes the file: a pipeline over the cluster, with one change. */
  private void pipeline(String name, String what, String instead) throws IOException {
    String good = Files.readString(cluster.pipeline(name, ""));
    assertThat(good).contains(what);
    Files.writeString(file, good.replace(what, instead));
  }

  private MillraceProcess started(Map<String, String> environment, String command) {
    return MillraceProcess.start(folder, environment, List.of(), command, file.toString());
  }

  private MillraceProcess startedByNobody(String command) {
    return MillraceProcess.startFrom(
        readable, folder, Map.of(), AS_NOBODY, command, file.toString());
  }

  /** A run that is refused before anything of it is started. */
  private String refusedAtOnce(int code) {
    String message = refused(code, started(Map.of(), "run"));
    assertNothingStarted();
    return message;
  }

  /** Waits until it is refused, and gives the one message for it. */
  private static String refused(int code, MillraceProcess process) {
    try (process) {
      assertThat(process.await(PATIENCE)).as(process.err()).isEqualTo(code);
      assertThat(process.out()).isEmpty();
      var said = new ArrayList<>(process.err().lines().toList());
      said.removeIf(line -> STEP.matcher(line).matches());
      assertThat(said).as(process.err()).hasSize(1);
      assertThat(said.get(0)).doesNotContain(SECRET).doesNotContainPattern("\\w+Exception: ");
      return said.get(0);
    }
  }

  private void assertNothingStarted() {
    assertThat(folder.resolve(".millrace")).doesNotExist();
    assertThat(folder.resolve("lake")).doesNotExist();
  }

  private void assertNothingLoaded() {
    assertThat(Lake.visible(folder)).isEmpty();
    assertThat(Lake.files(folder, file)).isEmpty();
  }

  /** Asserts that exactly the table's rows are to be seen, and gives the files that hold them. */
  private List<Path> assertSameRows() throws SQLException {
    List<Path> files = Lake.files(folder, file);
    assertThat(TableHash.ofFiles(files, cluster.url(), cluster.user(), SampleTrips.TABLE))
        .isEqualTo(TableHash.ofTable(cluster.url(), cluster.user(), SampleTrips.TABLE));
    assertThat(Lake.visible(folder)).hasSameElementsAs(files);
    return files;
  }

  private static void openToAll(Path path) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  /** Makes the server believe this user, other than everybody else, only with the password. */
  private static void askForPasswordOf(String user, String password) throws Exception {
    sql("CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(user, password));
    sql("GRANT SELECT ON %s TO %s".formatted(SampleTrips.TABLE, user));
    try (Connection connection = DriverManager.getConnection(cluster.url(), cluster.user(), "");
        ResultSet row = connection.createStatement().executeQuery("SHOW hba_file")) {
      row.next();
      Path rules = Path.of(row.getString(1));
      Files.writeString(
          rules,
          "host all %s 127.0.0.1/32 scram-sha-256%n%s".formatted(user, Files.readString(rules)));
    }
    sql("SELECT pg_reload_conf()");
    await()
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> DriverManager.getConnection(cluster.url(), user, SECRET))
                    .hasMessageContaining("password authentication failed"));
  }

  private static void sql(String text) throws SQLException {
    try (Connection connection = DriverManager.getConnection(cluster.url(), cluster.user(), "");
        Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }
}
