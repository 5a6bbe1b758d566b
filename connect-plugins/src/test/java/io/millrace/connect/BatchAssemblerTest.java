package io.millrace.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.wire.ArrowCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches stay below their limit, and lose no row on the way. */
class BatchAssemblerTest {
  private static final int LIMIT = 64 << 10;
  private static final Schema SCHEMA =
      new Schema(List.of(Field.nullable("bytes", ArrowType.Binary.INSTANCE)));

  private final Random random = new Random(7);
  private final List<byte[]> sent = new ArrayList<>();
  private final List<byte[]> values = new ArrayList<>();
  private BufferAllocator allocator;
  private VectorSchemaRoot root;
  private BatchAssembler assembler;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
    root = VectorSchemaRoot.create(SCHEMA, allocator);
    assembler = new BatchAssembler(LIMIT, (batch, row) -> "public.t (id=" + row + ")");
  }

  @AfterEach
  void close() {
    root.close();
    allocator.close();
  }

  /** Fills batches with rows of the given size until so many are sent. */
  private void send(int rows, int size, boolean compressible) throws InterruptedException {
    var vector = (VarBinaryVector) root.getVector(0);
    int filled = 0;
    for (int i = 0; i < rows; i++) {
      byte[] value = new byte[size];
      if (!compressible) {
        random.nextBytes(value);
      }
      sent.add(value);
      vector.setSafe(filled++, value);
      long bytes = (long) filled * (size + Integer.BYTES);
      if (assembler.isFull(filled, bytes) || i == rows - 1) {
        root.setRowCount(filled);
        assembler.encode(root, bytes, this::receive);
        root.clear();
        filled = 0;
      }
    }
  }

  private void receive(byte[] value, int rows) {
    assertThat(value.length).isLessThanOrEqualTo(LIMIT);
    values.add(value);
    try (VectorSchemaRoot batch = ArrowCodec.decode(ByteBuffer.wrap(value), allocator)) {
      assertThat(batch.getRowCount()).isEqualTo(rows);
    }
  }

  private List<byte[]> received() {
    var rows = new ArrayList<byte[]>();
    for (byte[] value : values) {
      try (VectorSchemaRoot batch = ArrowCodec.decode(ByteBuffer.wrap(value), allocator)) {
        for (int i = 0; i < batch.getRowCount(); i++) {
          rows.add(((VarBinaryVector) batch.getVector(0)).get(i));
        }
      }
    }
    return rows;
  }

  private void assertNothingLost() {
    assertThat(received().toArray(byte[][]::new)).isDeepEqualTo(sent.toArray(byte[][]::new));
  }

  @Test
  void fillsRecordsWellWhereNothingCompresses() throws InterruptedException {
    send(20_000, 100, false);
    assertNothingLost();
    List<byte[]> whole = values.subList(3, values.size() - 1);
    assertThat(whole).allSatisfy(v -> assertThat(v.length).isGreaterThan(LIMIT * 3 / 4));
  }

  @Test
  void batchesGrowWhereMuchCompresses() throws InterruptedException {
    send(60_000, 100, true);
    assertNothingLost();
    assertThat(values.size()).isLessThan(60_000 * 104 / LIMIT / 4);
  }

  @Test
  void aBatchThatMissesIsSliced() throws InterruptedException {
    send(60_000, 100, true);
    send(60_000, 100, false);
    assertNothingLost();
  }

  @Test
  void theLastRowBelowTheLimitGoes() throws InterruptedException {
    send(1, LIMIT - 2048, false);
    assertNothingLost();
  }

  @Test
  void aRowAboveTheLimitIsNamedWithItsSetting() throws InterruptedException {
    send(5, 10, false);
    assertThatThrownBy(() -> send(1, LIMIT, false))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("public.t (id=0)")
        .hasMessageContaining("batch_bytes")
        .hasMessageContaining(Integer.toString(LIMIT));
  }

  @Test
  void aLargeRowAmongSmallOnesIsFound() {
    var vector = (VarBinaryVector) root.getVector(0);
    byte[] large = new byte[LIMIT];
    random.nextBytes(large);
    for (int i = 0; i < 13; i++) {
      vector.setSafe(i, i == 9 ? large : new byte[10]);
    }
    root.setRowCount(13);
    assertThatThrownBy(() -> assembler.encode(root, LIMIT, this::receive))
        .hasMessageContaining("public.t (id=9)");
    assertThat(received()).hasSize(9);
  }

  @Test
  void memoryAndRowsHaveTheirOwnLimits() {
    assertThat(assembler.isFull(1 << 16, 1)).isTrue();
    assertThat(assembler.isFull((1 << 16) - 1, 1)).isFalse();
    var target = new BatchTarget(LIMIT);
    for (int i = 0; i < 100; i++) {
      target.learn(1 << 20, 1);
    }
    assertThat(target.bytes()).isEqualTo(8 << 20);
    target.learn(8 << 20, 8 << 20);
    assertThat(target.bytes()).isEqualTo((long) (LIMIT * 0.85));
  }
}
