package io.millrace.sinks.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Any text as one segment of a path, and back. Different texts have different names; no name leaves
 * its folder, is hidden (a leading dot) or skipped by Spark, Hive and Trino (a leading underscore).
 *
 * <p>Letters, digits, {@code _ . -} stay, all else becomes {@code %XX} per byte of UTF-8. A name
 * beyond {@value #LONGEST} characters keeps its beginning and gets {@code ~} and 16 hex digits of
 * the long name's SHA-256.
 */
public final class SafeName {
  private static final int LONGEST = 150;
  private static final int HASH_BYTES = 8;
  private static final char SHORTENED = '~';
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private SafeName() {}

  /** The text as a segment. */
  public static String of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    var name = new StringBuilder(bytes.length);
    for (byte b : bytes) {
      char c = (char) (b & 0xff);
      boolean first = name.isEmpty();
      if (isPlain(c) && !(first && (c == '.' || c == '_'))) {
        name.append(c);
      } else {
        name.append('%').append(HEX.toHexDigits(b));
      }
    }
    return fitting(name.toString());
  }

  /** A segment made of safe names and literals, shortened likewise if it became too long. */
  public static String fitting(String segment) {
    if (segment.length() <= LONGEST) {
      return segment;
    }
    String hash = hash(segment.getBytes(StandardCharsets.UTF_8));
    return segment.substring(0, LONGEST - 1 - hash.length()) + SHORTENED + hash;
  }

  /** The text behind a segment, unless it was shortened. */
  public static Optional<String> text(String name) {
    if (name.indexOf(SHORTENED) >= 0) {
      return Optional.empty();
    }
    byte[] bytes = new byte[name.length()];
    int length = 0;
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) == '%') {
        bytes[length++] = (byte) HexFormat.fromHexDigits(name, i + 1, i + 3);
        i += 2;
      } else {
        bytes[length++] = (byte) name.charAt(i);
      }
    }
    return Optional.of(new String(bytes, 0, length, StandardCharsets.UTF_8));
  }

  private static boolean isPlain(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || c == '_'
        || c == '.'
        || c == '-';
  }

  private static String hash(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
