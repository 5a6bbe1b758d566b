package io.millrace.sinks.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.sinks.store.ObjectStore.Creation;
import io.millrace.sinks.store.ObjectStore.Move;
import io.millrace.sinks.store.StagedStream.Stored;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store has to keep. */
public abstract class ObjectStoreContract {
  protected static final int RACERS = 8;

  private ObjectStore store;

  /** A store without objects. */
  protected abstract ObjectStore empty();

  /** The same store as another process sees it. */
  protected abstract ObjectStore sameAgain();

  /** How often races are run. */
  protected int rounds() {
    return 20;
  }

  @BeforeEach
  void open() {
    store = empty();
  }

  @Test
  void whatWasCreatedCanBeRead() {
    assertThat(store.createIfAbsent("a/b.json", bytes("one"))).isEqualTo(Creation.CREATED);

    assertThat(sameAgain().read("a/b.json")).hasValue(bytes("one"));
    assertThat(store.read("a/c.json")).isEmpty();
    assertThat(store.read("b/c.json")).isEmpty();
  }

  @Test
  void aTakenNameKeepsItsContent() {
    store.createIfAbsent("a/b", bytes("first"));

    assertThat(sameAgain().createIfAbsent("a/b", bytes("second"))).isEqualTo(Creation.EXISTS);
    assertThat(store.read("a/b")).hasValue(bytes("first"));
  }

  @Test
  void aClaimSaysWhatStands() {
    assertThat(store.claim("a", bytes("first"))).isEqualTo(bytes("first"));
    assertThat(store.claim("a", bytes("second"))).isEqualTo(bytes("first"));
    assertThat(store.claim("a", bytes("first"))).isEqualTo(bytes("first"));
  }

  @Test
  void oneOfEightRacersCreates() throws Exception {
    for (int round = 0; round < rounds(); round++) {
      String key = "race/" + round;
      List<Creation> outcomes =
          race(i -> () -> sameAgain().createIfAbsent(key, bytes("racer " + i)));

      assertThat(outcomes).filteredOn(Creation.CREATED::equals).hasSize(1);
      assertThat(outcomes).filteredOn(Creation.EXISTS::equals).hasSize(RACERS - 1);
      int winner = outcomes.indexOf(Creation.CREATED);
      assertThat(store.read(key)).hasValue(bytes("racer " + winner));
    }
  }

  @Test
  void overwritingReplacesAndCreates() {
    store.overwrite("a/hint", bytes("1"));
    store.overwrite("a/hint", bytes("2"));

    assertThat(sameAgain().read("a/hint")).hasValue(bytes("2"));
    assertThat(store.list("a")).containsExactly("a/hint");
  }

  @Test
  void eightWritersOverwriteOneObject() throws Exception {
    race(
        i ->
            () -> {
              for (int n = 0; n < 20; n++) {
                store.overwrite("a/hint", bytes("writer " + i));
                store.list("a");
              }
              return i;
            });

    assertThat(new String(store.read("a/hint").orElseThrow(), UTF_8)).matches("writer [0-7]");
    assertThat(store.list("a")).containsExactly("a/hint");
  }

  @Test
  void listsAllBelowAFolderInOrderAndNothingBeside() {
    for (String key : List.of("a/b/2", "a/b/10", "a/b/c/d", "a/bc/1", "a/b.json", "z")) {
      store.createIfAbsent(key, bytes(key));
    }

    assertThat(store.list("a/b")).containsExactly("a/b/10", "a/b/2", "a/b/c/d");
    assertThat(store.list("a")).containsExactly("a/b.json", "a/b/10", "a/b/2", "a/b/c/d", "a/bc/1");
    assertThat(store.list("nothing")).isEmpty();
  }

  @Test
  void deletesWhatIsThere() {
    store.createIfAbsent("a/1", bytes("1"));
    store.createIfAbsent("a/2", bytes("2"));
    store.createIfAbsent("b/1", bytes("3"));

    store.delete(List.of("a/1", "a/9", "b/1", "c/1"));
    store.delete(List.of("a/1"));

    assertThat(store.list("a")).containsExactly("a/2");
    assertThat(store.list("b")).isEmpty();
    assertThat(store.createIfAbsent("b/1", bytes("again"))).isEqualTo(Creation.CREATED);
  }

  @Test
  void aFinishedObjectIsWhole() {
    byte[] content = new byte[300_000];
    new Random(7).nextBytes(content);
    var crc = new CRC32C();
    crc.update(content);

    Stored stored;
    try (StagedStream stream = store.stage("staging/x")) {
      stream.write(content[0]);
      stream.write(content, 1, 9);
      assertThat(stream.position()).isEqualTo(10);
      stream.write(content, 10, content.length - 10);
      stored = stream.finish();
    }

    assertThat(stored)
        .isEqualTo(new Stored(300_000, HexFormat.of().toHexDigits((int) crc.getValue())));
    assertThat(sameAgain().read("staging/x")).hasValue(content);
  }

  /** As many bytes as a store may want to send in several parts. */
  private static byte[] large() {
    byte[] content = new byte[13 << 20];
    new Random(13).nextBytes(content);
    return content;
  }

  @Test
  void aLargeObjectIsWholeAlsoWhereItIsMovedTo() {
    byte[] content = large();
    try (StagedStream stream = store.stage("staging/large")) {
      for (int at = 0; at < content.length; at += 1_000_003) {
        stream.write(content, at, Math.min(1_000_003, content.length - at));
      }
      assertThat(stream.finish().bytes()).isEqualTo(content.length);
    }
    assertThat(sameAgain().read("staging/large")).hasValue(content);
    assertThat(store.tail("staging/large", 8))
        .isEqualTo(Arrays.copyOfRange(content, content.length - 8, content.length));

    assertThat(sameAgain().move(List.of(new Move("staging/large", "lake/large")))).isEmpty();

    assertThat(store.read("lake/large")).hasValue(content);
    assertThat(store.read("staging/large")).isEmpty();
  }

  @Test
  void aLargeObjectGivenUpIsGone() {
    try (StagedStream stream = store.stage("staging/large")) {
      stream.write(large(), 0, 13 << 20);
    }
    assertThat(store.list("staging")).isEmpty();
  }

  @Test
  void anEmptyObjectIsAnObject() {
    try (StagedStream stream = store.stage("staging/empty")) {
      assertThat(stream.finish().bytes()).isZero();
    }
    assertThat(store.move(List.of(new Move("staging/empty", "lake/empty")))).isEmpty();
    assertThat(store.read("lake/empty")).hasValue(new byte[0]);
    assertThat(store.tail("lake/empty", 8)).isEmpty();
  }

  @Test
  void theTailOfAShortObjectIsAllOfIt() {
    store.createIfAbsent("a", bytes("short"));

    assertThat(store.tail("a", 3)).isEqualTo(bytes("ort"));
    assertThat(store.tail("a", 8)).isEqualTo(bytes("short"));
  }

  @Test
  void listsMoreThanAPage() {
    List<String> keys = IntStream.range(0, 120).mapToObj("many/%03d"::formatted).toList();
    keys.forEach(key -> store.createIfAbsent(key, bytes("x")));

    assertThat(sameAgain().list("many")).containsExactlyElementsOf(keys);
    store.delete(keys);
    assertThat(sameAgain().list("many")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "100 %",
        "%41",
        "a+b & c=d",
        "?x#y",
        "größer 日本 😀",
        "it's \"q\"",
        "~tilde*",
        "\\"
      })
  void namesMayBeOdd(String text) {
    for (String name : List.of(SafeName.of(text), text)) {
      String key = "odd/" + name + "/x";
      assertThat(store.createIfAbsent(key, bytes("1"))).isEqualTo(Creation.CREATED);
      assertThat(store.createIfAbsent(key, bytes("2"))).isEqualTo(Creation.EXISTS);
      assertThat(sameAgain().list("odd/" + name)).containsExactly(key);
      store.overwrite(key, bytes("3"));
      assertThat(store.tail(key, 9)).isEqualTo(bytes("3"));

      stage("odd/" + name + "/staged", "rows");
      assertThat(store.move(List.of(new Move("odd/" + name + "/staged", "lake/" + name))))
          .isEmpty();
      assertThat(store.read("lake/" + name)).hasValue(bytes("rows"));

      store.delete(List.of(key, "lake/" + name));
      assertThat(store.list("odd")).isEmpty();
      assertThat(store.list("lake")).isEmpty();
    }
  }

  @Test
  void itsCreationCanBeTrusted() {
    store.requireCreateIfAbsent("_millrace/p/s");

    assertThat(store.list("_millrace")).isEmpty();
  }

  @Test
  void anObjectGivenUpIsGone() {
    StagedStream stream = store.stage("staging/x");
    stream.write(new byte[200_000], 0, 200_000);
    stream.close();
    stream.close();

    assertThat(store.read("staging/x")).isEmpty();
    assertThat(store.list("staging")).isEmpty();
  }

  @Test
  void movesOnceHoweverOftenAsked() {
    stage("staging/x", "rows");
    stage("staging/y", "more rows");
    var moves = List.of(new Move("staging/x", "lake/x"), new Move("staging/y", "lake/deep/er/y"));

    assertThat(store.move(moves)).isEmpty();
    assertThat(sameAgain().move(moves)).isEmpty();

    assertThat(store.read("lake/x")).hasValue(bytes("rows"));
    assertThat(store.read("lake/deep/er/y")).hasValue(bytes("more rows"));
    assertThat(store.list("staging")).isEmpty();
  }

  @Test
  void eightMoversOfOneObjectAllSucceed() throws Exception {
    for (int round = 0; round < rounds(); round++) {
      stage("staging/" + round, "rows");
      var move = new Move("staging/" + round, "lake/" + round);
      assertThat(race(i -> () -> sameAgain().move(List.of(move)))).containsOnly(List.of());
      assertThat(store.read("lake/" + round)).hasValue(bytes("rows"));
    }
    assertThat(store.list("staging")).isEmpty();
  }

  @Test
  void saysWhichObjectsAreUnderNeitherName() {
    stage("staging/x", "rows");
    var found = new Move("staging/x", "lake/x");
    var lost = new Move("staging/y", "lake/y");

    assertThat(store.move(List.of(lost, found))).containsExactly(lost);
    assertThat(store.list("lake")).containsExactly("lake/x");
  }

  @Test
  void goesOnWithAMoveThatStoppedHalfway() {
    stage("staging/x", "rows");
    stage("lake/x", "rows");

    assertThat(store.move(List.of(new Move("staging/x", "lake/x")))).isEmpty();
    assertThat(store.list("staging")).isEmpty();
    assertThat(store.read("lake/x")).hasValue(bytes("rows"));
  }

  @Test
  void aMoveNeverOverwritesAnotherObject() {
    stage("staging/x", "rows");
    stage("lake/x", "somebody else's rows");

    assertThatThrownBy(() -> store.move(List.of(new Move("staging/x", "lake/x"))))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("lake/x")
        .hasMessageContaining("another");
    assertThat(store.read("lake/x")).hasValue(bytes("somebody else's rows"));
    assertThat(store.read("staging/x")).hasValue(bytes("rows"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/etc/passwd", "..", "../x", "a/../../x", "a//b", "a/", "./a", "a/.b/c"})
  void refusesKeysThatCouldLeaveTheRoot(String key) {
    List<Runnable> calls =
        List.of(
            () -> store.createIfAbsent(key, bytes("x")),
            () -> store.overwrite(key, bytes("x")),
            () -> store.read(key),
            () -> store.list(key),
            () -> store.delete(List.of(key)),
            () -> store.stage(key),
            () -> store.move(List.of(new Move("a", key))),
            () -> store.move(List.of(new Move(key, "a"))),
            () -> store.location(key));
    for (Runnable call : calls) {
      assertThatThrownBy(call::run).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void canBeWritten() {
    store.requireWritable();

    assertThat(store.list("_millrace")).isEmpty();
  }

  private void stage(String key, String content) {
    try (StagedStream stream = store.stage(key)) {
      stream.write(bytes(content), 0, content.length());
      stream.finish();
    }
  }

  protected static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  /** Runs eight calls at the same moment and gives their results in order. */
  protected static <T> List<T> race(IntFunction<Callable<T>> racer) throws Exception {
    var start = new CyclicBarrier(RACERS);
    var threads = Executors.newFixedThreadPool(RACERS);
    try {
      var running = new ArrayList<Future<T>>();
      for (int i = 0; i < RACERS; i++) {
        Callable<T> call = racer.apply(i);
        running.add(
            threads.submit(
                () -> {
                  start.await();
                  return call.call();
                }));
      }
      var results = new ArrayList<T>();
      for (Future<T> each : running) {
        results.add(each.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }
}
