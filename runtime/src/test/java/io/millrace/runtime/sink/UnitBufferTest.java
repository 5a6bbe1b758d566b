package io.millrace.runtime.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnitBufferTest {
  @TempDir Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(AttemptSource.Batch batch) {
    return StandardCharsets.UTF_8.decode(batch.value()).toString();
  }

  @Test
  void givesValuesBySequenceHoweverTheyCame() {
    var budget = new MemoryBudget(100, 100);
    try (var buffer = new UnitBuffer(budget, folder)) {
      buffer.add(2, bytes("two"), 1, 17);
      buffer.add(0, bytes("zero"), 1, 19);
      buffer.add(1, bytes("one"), 1, 15);

      assertThat(text(buffer.batch(0))).isEqualTo("zero");
      assertThat(text(buffer.batch(1))).isEqualTo("one");
      assertThat(text(buffer.batch(2))).isEqualTo("two");
      assertThat(text(buffer.batch(2))).as("read twice").isEqualTo("two");
      assertThat(buffer.first()).isEqualTo(15);
      assertThat(budget.memoryUsed()).isEqualTo(10);
    }
    assertThat(budget.memoryUsed()).isZero();
  }

  @Test
  void spilledValuesAreTheSameAndLaterOnesMayFollow() {
    var budget = new MemoryBudget(100, 100);
    try (var buffer = new UnitBuffer(budget, folder)) {
      buffer.add(1, bytes("one"), 1, 1);
      buffer.add(0, bytes("zero"), 1, 2);
      assertThat(buffer.spill()).isTrue();
      assertThat(buffer.inMemory()).isZero();
      assertThat(budget.memoryUsed()).isZero();
      assertThat(budget.scratchUsed()).isEqualTo(7);

      buffer.add(2, bytes("two"), 1, 3);
      assertThat(buffer.inMemory()).isEqualTo(3);
      assertThat(text(buffer.batch(0)) + text(buffer.batch(1)) + text(buffer.batch(2)))
          .isEqualTo("zeroonetwo");
      buffer.spill();
      assertThat(text(buffer.batch(2))).isEqualTo("two");
    }
    assertThat(budget.scratchUsed()).isZero();
  }

  @Test
  void anotherValueOfASequenceIsNotKept() {
    var budget = new MemoryBudget(100, 100);
    try (var buffer = new UnitBuffer(budget, folder)) {
      buffer.add(0, bytes("zero"), 1, 1);
      buffer.add(0, bytes("forged"), 1, 2);
      assertThat(budget.memoryUsed()).isEqualTo(4);
      buffer.spill();
      assertThat(buffer.inMemory()).as("what spilling can free").isZero();
      assertThat(text(buffer.batch(0))).isEqualTo("zero");
    }
    assertThat(budget.memoryUsed()).isZero();
  }

  @Test
  void aScratchFileHasNoName() throws Exception {
    try (var buffer = new UnitBuffer(new MemoryBudget(100, 100), folder.resolve("made"))) {
      buffer.add(0, bytes("zero"), 1, 1);
      buffer.spill();
      assertThat(folder.resolve("made")).isEmptyDirectory();
      assertThat(text(buffer.batch(0))).isEqualTo("zero");
    }
  }

  @Test
  void spillsAsMuchAsScratchDiskTakes() {
    var budget = new MemoryBudget(100, 5);
    try (var buffer = new UnitBuffer(budget, folder)) {
      buffer.add(0, bytes("zero"), 1, 1);
      buffer.add(1, bytes("one"), 1, 2);
      assertThat(buffer.spill()).isFalse();
      assertThat(budget.memoryUsed()).isEqualTo(3);
      assertThat(budget.scratchUsed()).isEqualTo(4);
      assertThat(text(buffer.batch(0)) + text(buffer.batch(1))).isEqualTo("zeroone");
    }
    assertThat(budget.memoryUsed() + budget.scratchUsed()).isZero();
  }

  @Test
  void keepsInMemoryWhatCannotBeWritten() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    var budget = new MemoryBudget(100, 100);
    try (var buffer = new UnitBuffer(budget, file)) {
      buffer.add(0, bytes("zero"), 1, 1);
      assertThat(buffer.spill()).isFalse();
      assertThat(budget.scratchUsed()).isZero();
      assertThat(text(buffer.batch(0))).isEqualTo("zero");
    }
  }

  @Test
  void namesTheSequenceItDoesNotHave() {
    try (var buffer = new UnitBuffer(new MemoryBudget(100, 100), folder)) {
      buffer.add(0, bytes("zero"), 1, 1);
      assertThatThrownBy(() -> buffer.batch(1))
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("sequence 1");
    }
  }

  @Test
  void canBeClosedTwice() {
    var budget = new MemoryBudget(100, 100);
    var buffer = new UnitBuffer(budget, folder);
    buffer.add(0, bytes("zero"), 1, 1);
    buffer.close();
    buffer.close();
    assertThat(budget.memoryUsed()).isZero();
  }
}
