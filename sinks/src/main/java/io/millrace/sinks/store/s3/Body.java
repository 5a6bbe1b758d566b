package io.millrace.sinks.store.s3;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import software.amazon.awssdk.core.sync.RequestBody;

/** The beginning of an array as a request's body, sent from where it is as often as needed. */
final class Body {
  private static final String TYPE = "application/octet-stream";

  private Body() {}

  static RequestBody of(byte[] bytes, int length) {
    return RequestBody.fromContentProvider(
        () -> new ByteArrayInputStream(bytes, 0, length), length, TYPE);
  }

  static String md5(byte[] bytes) {
    return md5(bytes, bytes.length);
  }

  /** What the store compares with what came: an error on the way is an error of the request. */
  static String md5(byte[] bytes, int length) {
    try {
      MessageDigest digest = MessageDigest.getInstance("MD5");
      digest.update(ByteBuffer.wrap(bytes, 0, length));
      return Base64.getEncoder().encodeToString(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has MD5", e);
    }
  }
}
