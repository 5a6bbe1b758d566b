package io.millrace.connect.debezium.event;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.core.MillraceException;
import java.util.Locale;

/** What happened to a row, as batches say it. */
enum ChangeOperation {
  INSERT,
  UPDATE,
  DELETE,
  TRUNCATE;

  /** Of Debezium's letter; a row that a snapshot reads is an insert. */
  static ChangeOperation of(String letter, String table) {
    return switch (letter) {
      case "c", "r" -> INSERT;
      case "u" -> UPDATE;
      case "d" -> DELETE;
      case "t" -> TRUNCATE;
      default ->
          throw MillraceException.lasting(
              MillraceException.Category.PROTOCOL,
              "Cannot read an event of %s: its op is \"%s\", and known are c, r, u, d and t"
                  .formatted(table, letter));
    };
  }

  byte[] text() {
    return name().toLowerCase(Locale.ROOT).getBytes(US_ASCII);
  }
}
