package io.millrace.transforms;

import static io.millrace.transforms.Vectors.UNIT;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.stage.Transform;
import io.millrace.transforms.values.Value;
import io.millrace.transforms.values.Whole;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;

/** Random rows against a model that knows nothing of vectors: numbers as Java's BigDecimal. */
class RandomRowsTest {
  /** A type of numbers: its word, its digits after the point, and what fits it. */
  private record Numbers(String word, int scale, BigInteger least, BigInteger most) {
    static Numbers integer(String word, int bits, boolean signed) {
      BigInteger span = BigInteger.ONE.shiftLeft(signed ? bits - 1 : bits);
      return new Numbers(
          word, 0, signed ? span.negate() : BigInteger.ZERO, span.subtract(BigInteger.ONE));
    }

    static Numbers decimal(int precision, int scale) {
      BigInteger most = BigInteger.TEN.pow(precision).subtract(BigInteger.ONE);
      return new Numbers("decimal(%d,%d)".formatted(precision, scale), scale, most.negate(), most);
    }

    /** A number of this type: near its ends, near 0, or anywhere. */
    BigDecimal any(SplittableRandom random) {
      BigInteger span = most.subtract(least);
      BigInteger unscaled =
          switch (random.nextInt(4)) {
            case 0 -> least.add(BigInteger.valueOf(random.nextInt(3))).min(most);
            case 1 -> most.subtract(BigInteger.valueOf(random.nextInt(3))).max(least);
            case 2 -> BigInteger.valueOf(random.nextInt(-300, 300)).max(least).min(most);
            default ->
                least.add(
                    BigInteger.valueOf(random.nextLong(Long.MAX_VALUE))
                        .multiply(span)
                        .shiftRight(63));
          };
      return new BigDecimal(unscaled, scale);
    }

    /** The number as one of this type, if it is one. */
    Optional<BigDecimal> same(BigDecimal number) {
      BigDecimal[] parts = number.movePointRight(scale).divideAndRemainder(BigDecimal.ONE);
      BigInteger unscaled = parts[0].toBigInteger();
      return parts[1].signum() == 0
              && unscaled.compareTo(least) >= 0
              && unscaled.compareTo(most) <= 0
          ? Optional.of(new BigDecimal(unscaled, scale))
          : Optional.empty();
    }
  }

  private static final List<Numbers> TYPES =
      List.of(
          Numbers.integer("int8", 8, true),
          Numbers.integer("int16", 16, true),
          Numbers.integer("int32", 32, true),
          Numbers.integer("int64", 64, true),
          Numbers.integer("uint8", 8, false),
          Numbers.integer("uint16", 16, false),
          Numbers.integer("uint32", 32, false),
          Numbers.integer("uint64", 64, false),
          Numbers.decimal(4, 2),
          Numbers.decimal(18, 0),
          Numbers.decimal(18, 18),
          Numbers.decimal(19, 3),
          Numbers.decimal(38, 10),
          Numbers.decimal(76, 20));

  private final long seed = Long.getLong("millrace.seed", 20_261_120L);
  private final SplittableRandom random = new SplittableRandom(seed);

  @Test
  void everyCastBetweenNumbersKeepsTheNumberOrGivesNull() {
    for (Numbers from : TYPES) {
      for (Numbers to : TYPES) {
        List<BigDecimal> numbers = numbers(from, 200);
        List<String> expected =
            numbers.stream()
                .map(n -> n == null ? Optional.<BigDecimal>empty() : to.same(n))
                .map(n -> n.map(BigDecimal::toPlainString).orElse(null))
                .toList();
        assertThat(Vectors.cast(Vectors.column("v", from.word), to.word, "null", texts(numbers)))
            .as("%s to %s, seed %d", from.word, to.word, seed)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void everyComparisonKeepsTheRowsThatItShould() {
    for (Numbers type : TYPES) {
      for (String operator : List.of("=", "!=", "<", "<=", ">", ">=")) {
        List<BigDecimal> numbers = numbers(type, 200);
        BigDecimal constant = type.any(random);
        numbers.set(random.nextInt(200), constant);
        List<String> expected =
            texts(
                numbers.stream()
                    .filter(n -> n != null && holds(operator, n.compareTo(constant)))
                    .toList());
        assertThat(kept(type, "v %s %s".formatted(operator, constant.toPlainString()), numbers))
            .as("%s %s %s, seed %d", type.word, operator, constant, seed)
            .isEqualTo(expected);
      }
    }
  }

  @Test
  void everyTemporalValueIsItsOwnTextReadBack() {
    for (String word :
        List.of(
            "date",
            "time(s)",
            "time(ms)",
            "time(us)",
            "time(ns)",
            "timestamp(ms)",
            "timestamp(us, UTC)",
            "timestamp(ns)",
            "timestamp(ns, Europe/Berlin)")) {
      Schema schema = new Schema(List.of(Vectors.column("v", word)));
      Whole whole = Whole.of(schema.getFields().get(0).getType()).orElseThrow();
      // a thousandth of the range keeps timestamps within the years that have a text
      long least = whole.least() < 0 ? whole.least() / 1_000 : 0;
      long most = whole.least() < 0 ? whole.most() / 1_000 : whole.most();
      try (var allocator = new RootAllocator();
          VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator)) {
        batch.getVector(0).setInitialCapacity(500);
        batch.allocateNew();
        for (int row = 0; row < 500; row++) {
          new Value.OfLong(random.nextLong(least, most), whole.layout())
              .put(batch.getVector(0), row);
        }
        batch.setRowCount(500);
        Transform print = Opened.transform("cast", Map.of("v", "string"), schema);
        Transform parse = Opened.transform("cast", Map.of("v", word), print.output());
        try (VectorSchemaRoot back = parse.apply(print.apply(batch.slice(0, 500), UNIT), UNIT)) {
          assertThat(back.equals(batch)).as("%s, seed %d", word, seed).isTrue();
        }
      }
    }
  }

  private static List<String> kept(Numbers type, String where, List<BigDecimal> numbers) {
    Schema schema = new Schema(List.of(Vectors.column("v", type.word)));
    Transform filter = Opened.withOptions("filter", Map.of("where", where), schema);
    try (var allocator = new RootAllocator();
        VectorSchemaRoot out =
            filter.apply(Vectors.batch(allocator, schema, List.of(texts(numbers))), UNIT)) {
      return Vectors.texts(out.getVector("v"));
    }
  }

  private static boolean holds(String operator, int outcome) {
    return switch (operator) {
      case "=" -> outcome == 0;
      case "!=" -> outcome != 0;
      case "<" -> outcome < 0;
      case "<=" -> outcome <= 0;
      case ">" -> outcome > 0;
      default -> outcome >= 0;
    };
  }

  /** Numbers of a type, every seventh or so of them NULL. */
  private List<BigDecimal> numbers(Numbers type, int count) {
    var numbers = new ArrayList<BigDecimal>();
    for (int i = 0; i < count; i++) {
      numbers.add(random.nextInt(7) == 0 ? null : type.any(random));
    }
    return numbers;
  }

  private static List<String> texts(List<BigDecimal> numbers) {
    var texts = new ArrayList<String>();
    numbers.forEach(n -> texts.add(n == null ? null : n.toPlainString()));
    return texts;
  }
}
