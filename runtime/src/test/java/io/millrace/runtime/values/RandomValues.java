package io.millrace.runtime.values;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Random;

/** Random values of types that have many, as SQL literals. */
final class RandomValues {
  private static final String[] WORDS = {
    "ä", "𝄞", "\"", "\\", ",", "{", "}", "(", ")", "NULL", " ", "a", "Z", "''", "\t", "|", "=", "~"
  };

  private RandomValues() {}

  /** Empty where only the odd values are of use, and now and then for other types. */
  static Optional<String> of(String type, Random random) {
    if (random.nextInt(4) == 0) {
      return Optional.empty();
    }
    return Optional.ofNullable(
        switch (type) {
          case "smallint" -> Integer.toString((short) random.nextInt());
          case "integer" -> Integer.toString(random.nextInt());
          case "bigint" -> Long.toString(random.nextLong());
          case "oid" -> Integer.toUnsignedString(random.nextInt());
          case "real" -> "'%s'".formatted(Float.intBitsToFloat(random.nextInt()));
          case "double precision" -> "'%s'".formatted(Double.longBitsToDouble(random.nextLong()));
          case "numeric(10,2)" -> decimal(random, 33, 2);
          case "numeric(18,18)" -> decimal(random, 59, 18);
          case "numeric(38,10)" -> decimal(random, 126, 10);
          case "numeric" -> decimal(random, 1 + random.nextInt(900), random.nextInt(300));
          case "money" -> decimal(random, 60, 2) + "::numeric";
          case "text", "citext" -> "'%s'".formatted(text(random, random.nextInt(30)));
          case "name" -> "'%s'".formatted(text(random, random.nextInt(8)));
          case "varchar(10)" -> "'%s'".formatted(text(random, random.nextInt(2)));
          case "json", "jsonb" -> "to_json('%s'::text)".formatted(text(random, random.nextInt(9)));
          case "bytea" -> "'\\x%s'".formatted(hex(random, random.nextInt(40)));
          case "uuid" -> "'%s'".formatted(hex(random, 16));
          case "date" -> "date '1970-01-01' + %d".formatted(random.nextInt(5_000_000) - 2_400_000);
          case "time" -> "time '00:00' + %s".formatted(micros(random.nextLong(86_400_000_000L)));
          case "timestamp", "timestamptz" ->
              "%s '2000-01-01' + %s + interval '%d days'"
                  .formatted(
                      type,
                      micros(random.nextLong(86_400_000_000L)),
                      random.nextInt(100_000_000) - 2_000_000);
          case "interval" ->
              "interval '%d mon %d days' + %s"
                  .formatted(random.nextInt(), random.nextInt(), micros(random.nextInt()));
          case "hstore" ->
              "hstore(ARRAY['%s', 'k', '%s'], ARRAY['%s', NULL, ''])"
                  .formatted(text(random, 3), text(random, 2), text(random, 5));
          default -> null;
        });
  }

  private static String micros(long micros) {
    return "interval '%d microseconds'".formatted(micros);
  }

  private static String decimal(Random random, int bits, int scale) {
    var unscaled = new BigInteger(bits, random);
    return "'%s'"
        .formatted(
            new BigDecimal(random.nextBoolean() ? unscaled : unscaled.negate(), scale)
                .toPlainString());
  }

  private static String text(Random random, int words) {
    var text = new StringBuilder();
    for (int i = 0; i < words; i++) {
      text.append(WORDS[random.nextInt(WORDS.length)]);
    }
    return text.toString();
  }

  private static String hex(Random random, int bytes) {
    var text = new StringBuilder();
    for (int i = 0; i < bytes; i++) {
      text.append("%02x".formatted(random.nextInt(256)));
    }
    return text.toString();
  }
}
