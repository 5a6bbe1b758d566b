package io.millrace.connect.postgres.wal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * What a server sent once for {@link #SCRIPT}: a message in hex on each line of a file, and the
 * changes in it on the lines of another. {@code -Dmillrace.regenerate=true} records anew.
 */
enum Recording {
  BINARY,
  TEXT;

  static final String TABLE = "recorded";

  static final String SCRIPT =
      """
      DROP TABLE IF EXISTS recorded;
      CREATE TABLE recorded (id bigint PRIMARY KEY, flag boolean, small smallint, price numeric(10,2),
        ratio double precision, day date, at timestamptz, span interval, ref uuid, note text,
        doc jsonb, raw bytea);
      ALTER TABLE recorded ALTER COLUMN note SET STORAGE EXTERNAL;
      INSERT INTO recorded VALUES (1, true, -7, 12.50, 0.1, '2024-02-29', '2024-03-31 02:30:00.000001+02',
        '1 year -2 days 03:04:05.6', '00112233-4455-6677-8899-aabbccddeeff', 'ä', '{"a": [1, null]}', '\\x00ff');
      INSERT INTO recorded (id) VALUES (2);
      BEGIN;
      UPDATE recorded SET note = repeat('x', 2500), price = -0.01 WHERE id = 1;
      SAVEPOINT a;
      INSERT INTO recorded (id) VALUES (3);
      ROLLBACK TO a;
      UPDATE recorded SET flag = false WHERE id = 1;
      UPDATE recorded SET id = 4 WHERE id = 1;
      SELECT pg_logical_emit_message(true, 'millrace', 'hello');
      DELETE FROM recorded WHERE id = 2;
      COMMIT;
      ALTER TABLE recorded REPLICA IDENTITY FULL;
      UPDATE recorded SET note = NULL;
      DELETE FROM recorded;
      ALTER TABLE recorded DROP COLUMN doc, ADD COLUMN more int DEFAULT 5;
      INSERT INTO recorded (id) VALUES (6);
      TRUNCATE recorded;
      """;

  private static final Path FOLDER = Path.of("src", "test", "resources", "wal");

  static boolean anew() {
    return Boolean.getBoolean("millrace.regenerate");
  }

  boolean isBinary() {
    return this == BINARY;
  }

  private Path file(String ending) {
    return FOLDER.resolve((isBinary() ? "binary" : "text") + ending);
  }

  List<ByteBuffer> messages() {
    return read(file(".hex")).stream()
        .map(line -> ByteBuffer.wrap(HexFormat.of().parseHex(line)))
        .toList();
  }

  void keepMessages(List<ByteBuffer> messages) {
    write(
        file(".hex"),
        messages.stream()
            .map(
                message -> {
                  byte[] bytes = new byte[message.remaining()];
                  message.get(message.position(), bytes);
                  return HexFormat.of().formatHex(bytes);
                })
            .toList());
  }

  List<String> rows() {
    return read(file(".rows.txt"));
  }

  void keepRows(List<String> rows) {
    write(file(".rows.txt"), rows);
  }

  private static List<String> read(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, List<String> lines) {
    try {
      Files.createDirectories(FOLDER);
      Files.writeString(file, String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
