package io.millrace.core.change;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Golden values: a bucket that moves would break every chain there is. */
class KeyHashTest {
  private final BufferAllocator allocator = new RootAllocator();
  private final List<FieldVector> open = new ArrayList<>();
  private final KeyHash hash = new KeyHash(1 << 30);

  @AfterEach
  void close() {
    open.forEach(FieldVector::close);
    allocator.close();
  }

  private <V extends FieldVector> V opened(V vector) {
    open.add(vector);
    return vector;
  }

  /** The canonical bytes in hex, then the bucket of 2^30. */
  private String golden(FieldVector... columns) {
    int bucket = hash.bucket(Arrays.asList(columns), 0);
    return HexFormat.of().formatHex(hash.lastKey()) + " " + bucket;
  }

  private BigIntVector bigint(long value) {
    var vector = opened(new BigIntVector("k", allocator));
    vector.setSafe(0, value);
    return vector;
  }

  private VarCharVector text(String value) {
    var vector = opened(new VarCharVector("k", allocator));
    vector.setSafe(0, value.getBytes(UTF_8));
    return vector;
  }

  private Float8Vector real(double value) {
    var vector = opened(new Float8Vector("k", allocator));
    vector.setSafe(0, value);
    return vector;
  }

  private DecimalVector decimal(String value, int scale) {
    var vector = opened(new DecimalVector("k", allocator, 38, scale));
    vector.setSafe(0, new BigDecimal(value).setScale(scale));
    return vector;
  }

  @Test
  void integersOfEveryWidthAreOneValue() {
    var small = opened(new SmallIntVector("k", allocator));
    small.setSafe(0, -5);
    var integer = opened(new IntVector("k", allocator));
    integer.setSafe(0, -5);
    var unsigned = opened(new UInt4Vector("k", allocator));
    unsigned.setSafe(0, -5);
    assertThat(golden(bigint(-5)))
        .isEqualTo("01fffffffffffffffb 1061605804")
        .isEqualTo(golden(integer))
        .isEqualTo(golden(small));
    assertThat(golden(unsigned)).isEqualTo("0100000000fffffffb 866852123");
    assertThat(golden(bigint(1))).isEqualTo("010000000000000001 933091626");
  }

  @Test
  void textsAndBytesHaveTheirLength() {
    var bytes = opened(new VarBinaryVector("k", allocator));
    bytes.setSafe(0, "ä".getBytes(UTF_8));
    assertThat(golden(text("ä")))
        .isEqualTo("010000000000000002c3a4 362660248")
        .isEqualTo(golden(bytes));
    assertThat(golden(text(""))).isEqualTo("010000000000000000 677495476");
    assertThat(golden(text("a"), text("b"))).isNotEqualTo(golden(text("ab"), text("")));
    var uuid = opened(new FixedSizeBinaryVector("k", allocator, 16));
    uuid.setSafe(0, "0123456789abcdef".getBytes(UTF_8));
    assertThat(golden(uuid))
        .isEqualTo("01000000000000001030313233343536373839616263646566 914749907");
  }

  @Test
  void nullIsAValueOfItsOwn() {
    var none = opened(new BigIntVector("k", allocator));
    none.setNull(0);
    assertThat(golden(none)).isEqualTo("00 794189730");
    assertThat(golden(bigint(1), none)).isEqualTo("01000000000000000100 628108396");
  }

  @Test
  void zerosAreOneValueAndSoAreNans() {
    assertThat(golden(real(-0.0)))
        .isEqualTo("010000000000000000 677495476")
        .isEqualTo(golden(real(0)));
    assertThat(golden(real(Double.NaN)))
        .isEqualTo("017ff8000000000000 94894307")
        .isEqualTo(golden(real(Double.longBitsToDouble(0xfff8000000000001L))));
    var single = opened(new Float4Vector("k", allocator));
    single.setSafe(0, 1.5f);
    assertThat(golden(single))
        .isEqualTo("013ff8000000000000 328998683")
        .isEqualTo(golden(real(1.5)));
  }

  @Test
  void decimalsAreTheirShortestText() {
    var wide = opened(new Decimal256Vector("k", allocator, 76, 10));
    wide.setSafe(0, new BigDecimal("1.5").setScale(10));
    assertThat(golden(decimal("1.5", 1)))
        .isEqualTo("010000000000000003312e35 683544690")
        .isEqualTo(golden(decimal("1.5", 4)))
        .isEqualTo(golden(wide));
    assertThat(golden(decimal("1200", 2)))
        .isEqualTo("01000000000000000431323030 34765515")
        .isEqualTo(golden(decimal("1200", 0)));
    assertThat(golden(decimal("0", 3))).isEqualTo("01000000000000000130 476067314");
  }

  @Test
  void timesAreTheirNumbers() {
    var date = opened(new DateDayVector("k", allocator));
    date.setSafe(0, 1);
    var time = opened(new TimeMicroVector("k", allocator));
    time.setSafe(0, 1);
    var instant = opened(new TimeStampMicroTZVector("k", allocator, "UTC"));
    instant.setSafe(0, 1);
    var truth = opened(new BitVector("k", allocator));
    truth.setSafe(0, 1);
    for (FieldVector vector : List.of(date, time, instant, truth)) {
      assertThat(golden(vector)).isEqualTo("010000000000000001 933091626");
    }
    var interval = opened(new IntervalMonthDayNanoVector("k", allocator));
    interval.setSafe(0, 1, -2, 3);
    assertThat(golden(interval))
        .isEqualTo("010000000000000001fffffffffffffffe0000000000000003 303034864");
  }

  @Test
  void nestedValuesAreTheirParts() {
    var list = opened(ListVector.empty("k", allocator));
    list.addOrGetVector(FieldType.nullable(new ArrowType.Int(32, true)));
    var elements = (IntVector) list.getDataVector();
    elements.setSafe(0, 7);
    elements.setNull(1);
    elements.setValueCount(2);
    list.startNewValue(0);
    list.endValue(0, 2);
    assertThat(golden(list)).isEqualTo("01000000000000000201000000000000000700 693834152");

    var struct = opened(StructVector.empty("k", allocator));
    struct
        .addOrGet("x", FieldType.nullable(new ArrowType.Int(64, true)), BigIntVector.class)
        .setSafe(0, 7);
    struct.setIndexDefined(0);
    assertThat(golden(struct)).isEqualTo("01010000000000000007 950010161");
  }

  @Test
  void aTypeWithoutACanonicalFormIsRefused() {
    var duration =
        opened(
            new DurationVector(
                "odd", FieldType.nullable(new ArrowType.Duration(TimeUnit.SECOND)), allocator));
    duration.setSafe(0, 5);
    assertThatThrownBy(() -> golden(duration))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("Cannot use column \"odd\" as part of a key");
  }

  @Test
  void rowsAreSpreadEvenly() {
    var four = new KeyHash(4);
    int[] counts = new int[4];
    for (int i = 0; i < 10_000; i++) {
      var vector = new BigIntVector("k", allocator);
      try (vector) {
        vector.setSafe(0, 1024L * i);
        counts[four.bucket(List.of(vector), 0)]++;
      }
    }
    assertThat(counts)
        .satisfies(all -> Arrays.stream(all).forEach(n -> assertThat(n).isBetween(2300, 2700)));
  }

  @Test
  void withoutAKeyThereIsOneBucket() {
    assertThat(hash.bucket(List.of(), 0)).isZero();
    assertThatThrownBy(() -> new KeyHash(0)).hasMessageContaining("at least 1");
  }

  @Test
  void keysAreComparedByTheirBytes() {
    var other = new KeyHash(3);
    hash.bucket(List.of(bigint(1)), 0);
    other.bucket(List.of(bigint(1)), 0);
    assertThat(hash.sameKey(other)).isTrue();
    other.bucket(List.of(bigint(2)), 0);
    assertThat(hash.sameKey(other)).isFalse();
  }

  @Test
  void theLastKeyCanBeKeptAndFoundAgain() {
    hash.bucket(List.of(bigint(1)), 0);
    byte[] kept = new byte[3 + hash.keyLength()];
    hash.copyKey(kept, 3);
    int checksum = hash.checksum();
    assertThat(Arrays.copyOfRange(kept, 3, kept.length)).isEqualTo(hash.lastKey());
    hash.bucket(List.of(bigint(2)), 0);
    assertThat(hash.isKey(kept, 3, kept.length - 3)).isFalse();
    assertThat(hash.checksum()).isNotEqualTo(checksum);
    hash.bucket(List.of(bigint(1)), 0);
    assertThat(hash.isKey(kept, 3, kept.length - 3)).isTrue();
    assertThat(hash.isKey(kept, 3, kept.length - 4)).isFalse();
    assertThat(hash.checksum()).isEqualTo(checksum);
  }
}
