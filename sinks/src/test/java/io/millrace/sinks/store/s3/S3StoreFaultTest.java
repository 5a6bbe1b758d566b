package io.millrace.sinks.store.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Nonces;
import io.millrace.core.options.Secret;
import io.millrace.sinks.store.BucketPath;
import io.millrace.sinks.store.ObjectStore.Creation;
import io.millrace.sinks.store.ObjectStore.Move;
import io.millrace.sinks.store.StagedStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** Each thing that can happen to a request, and what becomes of the call. */
class S3StoreFaultTest {
  private static final AtomicInteger FOLDERS = new AtomicInteger();

  /** Two attempts, so that one fault is made good and two are not. */
  private static final S3Limits LIMITS =
      new S3Limits(5 << 20, 5L << 20, 100, Duration.ofMillis(1500), 2);

  private static final byte[] TWO_PARTS = twoParts();

  private static S3TestServer server;

  private Faults faults;
  private String folder;
  private S3Store store;

  @BeforeAll
  static void start() {
    server = S3TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    faults = server.faults();
    faults.clear();
    folder = "faults-" + FOLDERS.incrementAndGet();
    store = store(S3StoreIT.options(server), InstantSource.system());
  }

  private S3Store store(S3Options options, InstantSource clock) {
    return S3Store.open(
        BucketPath.parse(server.path(folder)), options, LIMITS, new Nonces(new Random()), clock);
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"VANISHED", "CONDITION_IGNORED", "DENIED", "CONFLICT"})
  void aClaimSurvivesAnyLostAnswer(Fault fault) {
    faults.next(1, "PutObject", fault);

    assertThat(store.claim("marker", bytes("ours"))).isEqualTo(bytes("ours"));
    assertThat(store.claim("marker", bytes("theirs"))).isEqualTo(bytes("ours"));
    assertThat(store.read("marker")).hasValue(bytes("ours"));
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "ERROR",
        "SLOW_DOWN",
        "CONFLICT",
        "DROPPED",
        "ERROR_IN_OK",
        "DONE_THEN_ERROR",
        "DONE_THEN_DROPPED"
      })
  void aCreationWithoutAnAnswerIsUnknownAndTheClaimLooks(Fault fault) {
    faults.next(LIMITS.attempts(), "PutObject", fault);
    Creation creation = store.createIfAbsent("a", bytes("ours"));
    boolean done = fault.name().startsWith("DONE");

    // the second, hidden attempt meets the success of the first
    assertThat(creation).isEqualTo(Creation.UNKNOWN);
    faults.clear();
    assertThat(store.read("a").isPresent()).isEqualTo(done);

    faults.next(LIMITS.attempts(), "PutObject", fault);
    assertThat(store.claim("b", bytes("ours"))).isEqualTo(bytes("ours"));
    faults.next(LIMITS.attempts(), "PutObject", fault);
    assertThat(store.claim("b", bytes("theirs"))).isEqualTo(bytes("ours"));
  }

  @Test
  void aHiddenAttemptThatMeetsItsOwnSuccessSaysExistsAndTheClaimIsWon() {
    faults.next(1, "PutObject", Fault.DONE_THEN_DROPPED);
    assertThat(store.createIfAbsent("a", bytes("ours"))).isEqualTo(Creation.EXISTS);

    faults.next(1, "PutObject", Fault.DONE_THEN_SILENT);
    assertThat(store.claim("b", bytes("ours"))).isEqualTo(bytes("ours"));
  }

  @Test
  void aClaimLostToAnotherWriterIsLostWhateverIsAnswered() {
    store.createIfAbsent("a", bytes("theirs"));
    for (Fault fault : List.of(Fault.ERROR, Fault.DROPPED, Fault.DONE_THEN_ERROR)) {
      faults.next(LIMITS.attempts(), "PutObject", fault);
      assertThat(store.claim("a", bytes("ours"))).isEqualTo(bytes("theirs"));
    }
  }

  @Test
  void aClaimThatNobodyAnswersFailsAndMayBeMadeAgain() {
    faults.always("PutObject", Fault.ERROR);
    assertFails(() -> store.claim("a", bytes("ours")), true, "s3://lake/" + folder + "/a");
    faults.clear();
    faults.always("PutObject", Fault.DROPPED);
    faults.always("GetObject", Fault.DROPPED);
    assertFails(() -> store.claim("a", bytes("ours")), true, server.endpoint().toString());
    faults.clear();

    assertThat(store.claim("a", bytes("ours"))).isEqualTo(bytes("ours"));
  }

  @ParameterizedTest
  @EnumSource(names = {"ERROR", "SLOW_DOWN", "DROPPED", "DONE_THEN_ERROR", "DONE_THEN_DROPPED"})
  void anUploadSurvivesOneFaultInEachOfItsRequests(Fault fault) {
    for (String operation :
        List.of("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload")) {
      faults.next(1, operation, fault);
      String key = "staging/" + operation;
      try (StagedStream stream = store.stage(key)) {
        stream.write(TWO_PARTS, 0, TWO_PARTS.length);
        stream.finish();
      }
      assertThat(store.read(key)).hasValue(TWO_PARTS);
    }
    faults.next(1, "PutObject", fault);
    stage("staging/small", "rows");
    assertThat(store.read("staging/small")).hasValue(bytes("rows"));
  }

  @Test
  void anUploadFinishedInSilenceIsFoundFinished() {
    for (Fault fault :
        List.of(Fault.DONE_THEN_ERROR, Fault.DONE_THEN_DROPPED, Fault.DONE_THEN_SILENT)) {
      faults.next(LIMITS.attempts(), "CompleteMultipartUpload", fault);
      try (StagedStream stream = store.stage("staging/" + fault)) {
        stream.write(TWO_PARTS, 0, TWO_PARTS.length);
        stream.finish();
      }
      assertThat(store.read("staging/" + fault)).hasValue(TWO_PARTS);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"ERROR", "SLOW_DOWN", "DROPPED", "ERROR_IN_OK", "DENIED"})
  void anUploadThatFailsLeavesNothing(Fault fault) {
    for (String operation :
        List.of("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload")) {
      if (fault == Fault.ERROR_IN_OK && !operation.equals("CompleteMultipartUpload")) {
        continue; // only what takes long may answer before it knows
      }
      faults.always(operation, fault);
      assertFails(
          () -> {
            try (StagedStream stream = store.stage("staging/x")) {
              stream.write(TWO_PARTS, 0, TWO_PARTS.length);
              stream.finish();
            }
          },
          fault != Fault.DENIED,
          "staging/x");
      faults.clear();
      assertThat(store.list("staging")).isEmpty();
      assertThat(server.openUploads(folder)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {
        "VANISHED",
        "CONDITION_IGNORED",
        "DENIED",
        "CONFLICT",
        "EMPTY_OK",
        "DONE_THEN_SILENT"
      })
  void aMoveSurvivesOneFaultInEachOfItsRequests(Fault fault) {
    for (String operation : List.of("HeadObject", "CopyObject", "DeleteObject")) {
      if (fault == Fault.ERROR_IN_OK && !operation.equals("CopyObject")) {
        continue;
      }
      stage("staging/" + operation, "rows");
      faults.next(1, operation, fault);
      var move = new Move("staging/" + operation, "lake/" + operation);

      assertThat(store.move(List.of(move))).isEmpty();
      assertThat(store.read("lake/" + operation)).hasValue(bytes("rows"));
    }
    assertThat(store.list("staging")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      mode = Mode.EXCLUDE,
      names = {"VANISHED", "CONDITION_IGNORED", "CONFLICT", "SLOW_DOWN"})
  void aMoveThatFailsIsDoneWhenItIsMadeAgain(Fault fault) {
    for (String operation : List.of("CopyObject", "DeleteObject")) {
      if (operation.equals("DeleteObject")
          && (fault == Fault.ERROR_IN_OK || fault == Fault.EMPTY_OK)) {
        continue;
      }
      stage("staging/" + operation, "rows");
      faults.always(operation, fault);
      var move = new Move("staging/" + operation, "lake/" + operation);
      assertFails(() -> store.move(List.of(move)), fault != Fault.DENIED, "staging/" + operation);
      faults.clear();

      assertThat(store.move(List.of(move))).isEmpty();
      assertThat(store.read("lake/" + operation)).hasValue(bytes("rows"));
      assertThat(store.read("staging/" + operation)).isEmpty();
    }
  }

  @Test
  void aLargeMoveSurvivesFaultsAndLeavesNoUploadWhereItFails() {
    try (StagedStream stream = store.stage("staging/x")) {
      stream.write(TWO_PARTS, 0, TWO_PARTS.length);
      stream.finish();
    }
    var move = new Move("staging/x", "lake/x");
    for (String operation : List.of("UploadPartCopy", "CompleteMultipartUpload")) {
      faults.always(operation, Fault.ERROR);
      assertFails(() -> store.move(List.of(move)), true, "lake/x");
      faults.clear();
      assertThat(server.openUploads(folder)).isZero();
      assertThat(store.list("lake")).isEmpty();
    }
    faults.next(1, "UploadPartCopy", Fault.DONE_THEN_DROPPED);
    faults.next(1, "CompleteMultipartUpload", Fault.DONE_THEN_DROPPED);
    assertThat(store.move(List.of(move))).isEmpty();
    assertThat(store.read("lake/x")).hasValue(TWO_PARTS);
  }

  @Test
  void anObjectThatVanishesWhileItIsMovedIsLost() {
    stage("staging/x", "rows");
    faults.next(1, "CopyObject", Fault.VANISHED);
    var move = new Move("staging/x", "lake/x");

    assertThat(store.move(List.of(move))).containsExactly(move);
    assertThat(store.list("lake")).isEmpty();

    try (StagedStream stream = store.stage("staging/x")) {
      stream.write(TWO_PARTS, 0, TWO_PARTS.length);
      stream.finish();
    }
    faults.next(1, "UploadPartCopy", Fault.VANISHED);
    assertThat(store.move(List.of(move))).containsExactly(move);
    assertThat(store.list("lake")).isEmpty();
    assertThat(server.openUploads(folder)).isZero();
  }

  @Test
  void anObjectThatAnotherMovesMeanwhileIsMoved() {
    stage("staging/x", "rows");
    // both heads are asked, then another process is faster
    faults.next(
        1,
        request -> {
          if (!request.operation().equals("CopyObject")) {
            return false;
          }
          stage("lake/x", "rows");
          return true;
        },
        Fault.VANISHED);

    assertThat(store.move(List.of(new Move("staging/x", "lake/x")))).isEmpty();
    assertThat(store.read("lake/x")).hasValue(bytes("rows"));
  }

  @Test
  void whatVanishedIsNotThereAndIsNoError() {
    store.createIfAbsent("a", bytes("x"));
    faults.next(1, "GetObject", Fault.VANISHED);
    assertThat(store.read("a")).isEmpty();

    store.createIfAbsent("a", bytes("x"));
    faults.next(1, "DeleteObject", Fault.VANISHED);
    store.delete(List.of("a"));

    store.createIfAbsent("a", bytes("x"));
    faults.next(1, "GetObject", Fault.VANISHED);
    assertFails(() -> store.tail("a", 8), false, "read s3://lake/" + folder + "/a");
  }

  @Test
  void aSweepGivesUpOldUploadsOnly() {
    try (StagedStream dead = store.stage("staging/dead")) {
      dead.write(TWO_PARTS, 0, TWO_PARTS.length);
      store.sweep("staging");
      assertThat(server.openUploads(folder)).as("a live one is left alone").isOne();
      assertThat(store.list("staging")).isEmpty();

      InstantSource later =
          () -> Instant.now().plus(store.longestRequest()).plus(Duration.ofMinutes(1));
      S3Store other = store(S3StoreIT.options(server), later);
      other.sweep("stag");
      other.sweep("elsewhere");
      assertThat(server.openUploads(folder)).isOne();
      other.sweep("staging");
      assertThat(server.openUploads(folder)).isZero();
    }
  }

  @Test
  void aStoreThatCreatesTwiceIsRefused() {
    store.requireCreateIfAbsent("_millrace/p/s");
    assertThat(store.list("_millrace")).isEmpty();

    AtomicInteger puts = new AtomicInteger();
    faults.next(
        1,
        request -> request.isConditional() && puts.incrementAndGet() == 2,
        Fault.CONDITION_IGNORED);
    assertFails(
        () -> store.requireCreateIfAbsent("_millrace/p/s"),
        false,
        server.endpoint() + " created it although it was there");
    assertThat(store.list("_millrace")).isEmpty();
  }

  @Test
  void aStoreThatDoesNotSayIsAskedAgain() {
    faults.next(LIMITS.attempts(), "PutObject", Fault.DONE_THEN_ERROR);
    store.requireCreateIfAbsent("_millrace/p/s");

    faults.always("PutObject", Fault.SLOW_DOWN);
    assertFails(() -> store.requireCreateIfAbsent("_millrace/p/s"), true, "_millrace/p/s/probe/");
  }

  @Test
  void whatIsRefusedForGoodSaysWhatToDo() {
    var noBucket =
        S3Store.open(
            BucketPath.parse("s3://sea/x/"),
            S3StoreIT.options(server),
            LIMITS,
            new Nonces(new Random()),
            InstantSource.system());
    assertFails(() -> noBucket.createIfAbsent("a", bytes("x")), false, "create the bucket");
    assertFails(() -> noBucket.list("a"), false, "create the bucket");
    assertFails(noBucket::requireWritable, false, "create the bucket");
    assertFails(() -> noBucket.read("a"), false, "create the bucket");

    S3Store wrongKey = store(options("wrong-secret-never-shown"), InstantSource.system());
    assertFails(() -> wrongKey.createIfAbsent("a", bytes("x")), false, "access key");
    assertFails(wrongKey::requireWritable, false, "access key");

    faults.always("PutObject", Fault.DENIED);
    assertFails(() -> store.createIfAbsent("a", bytes("x")), false, "docs/stores.md");
    assertFails(() -> store.overwrite("a", bytes("x")), false, "AccessDenied");
  }

  @Test
  void aStoreThatIsNotThereMayComeBack() throws Exception {
    int port;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    S3Store nowhere =
        store(
            new S3Options(
                Optional.of("http://127.0.0.1:" + port),
                Optional.empty(),
                Optional.empty(),
                Optional.of("me"),
                Optional.of(new Secret("never-shown"))),
            InstantSource.system());
    assertFails(() -> nowhere.read("a"), true, "http://127.0.0.1:" + port + " did not answer");
    assertThat(nowhere.createIfAbsent("a", bytes("x"))).isEqualTo(Creation.UNKNOWN);
  }

  private S3Options options(String secret) {
    return new S3Options(
        Optional.of(server.endpoint().toString()),
        Optional.empty(),
        Optional.empty(),
        Optional.of(S3TestServer.ACCESS_KEY),
        Optional.of(new Secret(secret)));
  }

  private static void assertFails(Runnable call, boolean passing, String... words) {
    Consumer<MillraceException> showsNoSecret =
        e -> {
          var trace = new StringWriter();
          e.printStackTrace(new PrintWriter(trace));
          assertThat(trace.toString()).doesNotContain(S3TestServer.SECRET, "never-shown");
        };
    assertThatThrownBy(call::run)
        .hasMessageContainingAll(words)
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> {
              assertThat(e.category()).isEqualTo(Category.TARGET);
              assertThat(e.retriable()).as(e.getMessage()).isEqualTo(passing);
              showsNoSecret.accept(e);
            });
  }

  private void stage(String key, String content) {
    try (StagedStream stream = store.stage(key)) {
      stream.write(bytes(content), 0, content.length());
      stream.finish();
    }
  }

  private static byte[] twoParts() {
    byte[] content = new byte[(5 << 20) + 100_000];
    new Random(5).nextBytes(content);
    return content;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
