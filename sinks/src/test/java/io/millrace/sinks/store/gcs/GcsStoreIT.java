package io.millrace.sinks.store.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.sinks.store.BucketPath;
import io.millrace.sinks.store.ObjectStore.Move;
import io.millrace.sinks.store.ObjectStoreContract;
import io.millrace.sinks.store.StagedStream;
import io.millrace.sinks.store.s3.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The real client against a small fake of the JSON API. */
class GcsStoreIT extends ObjectStoreContract {
  private static final AtomicInteger FOLDERS = new AtomicInteger();
  private static final GcsLimits LIMITS = new GcsLimits(1 << 20, 50, Duration.ofSeconds(5), 3);
  private static final byte[] LARGE = new byte[3_500_000];

  private static GcsTestServer server;

  private List<GcsStore> processes;
  private int next;

  @BeforeAll
  static void start() {
    new Random(1).nextBytes(LARGE);
    server = GcsTestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected GcsStore empty() {
    server.faults().clear();
    String folder = "odd %41+ü bucket name/" + FOLDERS.incrementAndGet();
    processes = Stream.generate(() -> store(server, server.path(folder))).limit(RACERS).toList();
    return sameAgain();
  }

  @Override
  protected synchronized GcsStore sameAgain() {
    return processes.get(next++ % RACERS);
  }

  @Override
  protected int rounds() {
    return 5;
  }

  private static GcsStore store(GcsTestServer server, String path) {
    var options =
        new GcsOptions(
            Optional.of(server.endpoint().toString()), Optional.empty(), Optional.empty());
    return GcsStore.open(BucketPath.parse(path), options, LIMITS, new Nonces(new Random()));
  }

  @ParameterizedTest
  @EnumSource(names = {"ERROR", "DROPPED", "DONE_THEN_ERROR", "DONE_THEN_DROPPED"})
  void aClaimSurvivesAnyLostAnswer(Fault fault) {
    GcsStore store = sameAgain();
    for (int times : new int[] {1, LIMITS.attempts()}) {
      server.faults().next(times, "insert", fault);
      String key = "marker" + times;
      assertThat(store.claim(key, bytes("ours"))).isEqualTo(bytes("ours"));
      server.faults().clear();
      server.faults().next(times, "insert", fault);
      assertThat(store.claim(key, bytes("theirs"))).isEqualTo(bytes("ours"));
      server.faults().clear();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ERROR", "DROPPED", "DONE_THEN_ERROR", "DONE_THEN_DROPPED"})
  void anUploadAndAMoveSurviveAFault(Fault fault) {
    GcsStore store = sameAgain();
    server.faults().next(1, "upload", fault);
    try (StagedStream stream = store.stage("staging/x")) {
      stream.write(LARGE, 0, LARGE.length);
      stream.finish();
    }
    assertThat(store.read("staging/x")).hasValue(LARGE);

    server.faults().next(1, "rewrite", fault);
    server.faults().next(1, "delete", fault);
    assertThat(store.move(List.of(new Move("staging/x", "lake/x")))).isEmpty();
    assertThat(store.read("lake/x")).hasValue(LARGE);
    assertThat(store.list("staging")).isEmpty();
  }

  @Test
  void anUploadThatFailsShowsNothing() {
    GcsStore store = sameAgain();
    server.faults().always("upload", Fault.ERROR);
    assertThatThrownBy(
            () -> {
              try (StagedStream stream = store.stage("staging/x")) {
                stream.write(LARGE, 0, LARGE.length);
                stream.finish();
              }
            })
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.retriable()).isTrue())
        .hasMessageContaining("staging/x");
    server.faults().clear();
    assertThat(store.list("staging")).isEmpty();
  }

  @Test
  void whatIsRefusedForGoodSaysWhatToDo() {
    GcsStore store = sameAgain();
    server.faults().always("insert", Fault.DENIED);
    assertRefused(() -> store.createIfAbsent("a", bytes("x")), "docs/stores.md");
    server.faults().clear();

    GcsStore elsewhere = store(server, "gs://sea/x/");
    assertRefused(() -> elsewhere.createIfAbsent("a", bytes("x")), "create the bucket");
    assertRefused(() -> elsewhere.list("a"), "create the bucket");
    assertRefused(elsewhere::requireWritable, "create the bucket");

    try (var locked = GcsTestServer.start()) {
      locked.makeReadOnly();
      assertRefused(store(locked, locked.path("x"))::requireWritable, "storage.objects.create");
    }
  }

  @Test
  void aKeyFileIsUsed(@TempDir Path folder) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    String key =
        Base64.getMimeEncoder(64, new byte[] {'\n'})
            .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
    Path file =
        Files.writeString(
            folder.resolve("key.json"),
            new ObjectMapper()
                .writeValueAsString(
                    Map.of(
                        "type", "service_account",
                        "project_id", "p",
                        "client_id", "1",
                        "client_email", "millrace@p.iam.gserviceaccount.com",
                        "private_key_id", "k",
                        "private_key",
                            "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n",
                        "token_uri", server.endpoint() + "/token")));
    try (var own = GcsTestServer.start()) {
      var options =
          new GcsOptions(
              Optional.of(own.endpoint().toString()),
              Optional.empty(),
              Optional.of(file.toString()));
      var store =
          GcsStore.open(BucketPath.parse(own.path("x")), options, LIMITS, new Nonces(new Random()));
      assertThat(store.claim("a", bytes("x"))).isEqualTo(bytes("x"));
      assertThat(own.authorizations()).containsExactly("Bearer " + GcsTestServer.TOKEN);
    }

    Files.writeString(file, "{\"private_key\": \"s3cr3t\"");
    var broken = new GcsOptions(Optional.empty(), Optional.empty(), Optional.of(file.toString()));
    assertThatThrownBy(
            () ->
                GcsStore.open(
                    BucketPath.parse("gs://lake/"), broken, LIMITS, new Nonces(new Random())))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining(file.toString())
        .hasMessageNotContaining("s3cr3t");
  }

  private static void assertRefused(Runnable call, String advice) {
    assertThatThrownBy(call::run)
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.retriable()).isFalse())
        .hasMessageContaining(advice);
  }
}
