package io.millrace.connect.clickhouse.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.MillraceException;
import io.millrace.core.wire.ArrowCodec;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kept answer cut anywhere and with any bits turned: what comes of it is a clear error or
 * whole blocks that go over the wire, in little memory and without a leak.
 */
class BlockDamageTest {
  private static final int TURNED = 60;
  private static final int CUTS = 40;
  private static final long BLOCK = 16 << 20;
  private static final long MEMORY = 8 << 20;

  static List<GoldenCase> readable() {
    return GoldenCase.all().stream().filter(c -> !c.isRefused()).toList();
  }

  /** Reads to the end or to an error; says how many rows came. */
  private static long read(GoldenCase golden, byte[] bytes, String what) {
    long rows = 0;
    try (BufferAllocator allocator = new RootAllocator();
        var reader =
            new NativeBlockReader(golden.types(), Answers.whole(bytes), allocator, BLOCK)) {
      try {
        while (reader.next()) {
          send(reader, allocator);
          rows = reader.rowCount();
        }
      } catch (MillraceException e) {
        assertThat(e).as(what).hasMessageStartingWith("Cannot read block ");
        rows = -1 - rows;
      } catch (RuntimeException | Error e) {
        throw new AssertionError(what, e);
      }
      assertThat(allocator.getPeakMemoryAllocation()).as(what).isLessThan(MEMORY);
    }
    return rows;
  }

  private static void send(NativeBlockReader reader, BufferAllocator allocator) {
    byte[] record = new ArrowCodec().encode(reader.rows(), reader.dictionaries());
    try (VectorSchemaRoot rows = ArrowCodec.decode(ByteBuffer.wrap(record), allocator)) {
      assertThat(rows.getRowCount()).isEqualTo(reader.rows().getRowCount());
    }
  }

  @ParameterizedTest
  @MethodSource("readable")
  void bitsAreTurned(GoldenCase golden) {
    var random = new Random(golden.name().hashCode());
    byte[] sound = golden.bytes();
    for (int i = 0; i < TURNED && sound.length > 0; i++) {
      byte[] damaged = sound.clone();
      int turned = 1 + random.nextInt(3);
      for (int k = 0; k < turned; k++) {
        damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
      }
      read(golden, damaged, golden + ", damage " + i);
    }
  }

  @ParameterizedTest
  @MethodSource("readable")
  void theAnswerIsCut(GoldenCase golden) {
    var random = new Random(golden.name().hashCode());
    byte[] sound = golden.bytes();
    int length = sound.length;
    for (int i = 0; i < Math.min(CUTS, length); i++) {
      int cut = length <= CUTS ? i : random.nextInt(length);
      long rows = read(golden, Arrays.copyOf(sound, cut), golden + " cut at " + cut);
      long whole = 0;
      boolean betweenBlocks = rows == 0 && cut == 0;
      for (int block : golden.blocks()) {
        whole += block;
        betweenBlocks |= rows == whole;
      }
      assertThat(rows < 0 || betweenBlocks).as("cut at %d gave %d rows", cut, rows).isTrue();
      assertThat(rows).isLessThan(golden.rows().size());
    }
  }
}
