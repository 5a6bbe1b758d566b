package io.millrace.core.wire;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A short name of a schema: the first 8 bytes of SHA-256 over its Arrow flatbuffer message, in hex.
 */
public final class SchemaFingerprint {
  private static final int BYTES = 8;

  private SchemaFingerprint() {}

  /** 16 hex digits; equal schemas (names, types, nullability, metadata) have equal fingerprints. */
  public static String of(Schema schema) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(schema.serializeAsMessage());
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
