package io.millrace.sinks.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.PlanId;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.sinks.mirror.vector.BatchLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a Postgres 17 sent once, as its reader in connect-plugins decoded it: the records of {@code
 * src/test/resources/wal} there, text and binary, as record values. Row 1 gets a TOASTed text, is
 * updated without it, and moves to key 4 without it; then, under REPLICA IDENTITY FULL, 4 is
 * updated and deleted; then a column goes, another comes, and the table is truncated.
 */
class RecordedChangesTest {
  private static final Generation GENERATION =
      new Generation(
          PlanId.after(0, Instant.EPOCH, "0000000000000000"),
          "system",
          "slot",
          1,
          List.of("id"),
          KeyHash.NAME);

  private final BufferAllocator allocator = new RootAllocator();

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  private static ByteBuffer batch(String form, int number) throws IOException {
    String name = "/mirror/%s-%d.arrow".formatted(form, number);
    try (InputStream in = RecordedChangesTest.class.getResourceAsStream(name)) {
      return ByteBuffer.wrap(in.readAllBytes());
    }
  }

  private Mirror empty(String form) throws IOException {
    Schema schema = ArrowCodec.schema(batch(form, 0));
    return Mirror.of(GENERATION, schema, List.of(), BatchLimits.DEFAULT, allocator);
  }

  private void fold(Mirror mirror, String form, int... numbers) throws IOException {
    MirrorChanges changes = mirror.changes();
    for (int number : numbers) {
      changes.add(0, ArrowCodec.decode(batch(form, number), allocator));
    }
    mirror.fold(changes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void aToastedValueComesAlongThroughAnUpdateAndAChangeOfTheKey(String form) throws IOException {
    Mirror mirror = empty(form);
    fold(mirror, form, 0);
    assertThat(mirror.texts().get(0))
        .singleElement()
        .asString()
        .startsWith("4 | false | -7 | -0.01 | 0.1 |")
        .containsPattern("\\| x{2500} \\| \\{\"a\": \\[1, null]} \\| 00ff$");
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "binary"})
  void theTableIsEmptyInTheEndHoweverItIsFolded(String form) throws IOException {
    for (int[][] folds :
        List.of(new int[][] {{0, 1, 2}}, new int[][] {{0}, {1, 2}}, new int[][] {{0}, {1}, {2}})) {
      Mirror mirror = empty(form);
      for (int[] batches : folds) {
        fold(mirror, form, batches);
      }
      assertThat(mirror.texts().get(0)).isEmpty();
      assertThat(mirror.schema().getFields())
          .extracting(Field::getName)
          .endsWith("raw", "more")
          .doesNotContain("doc");
    }
  }
}
