package io.millrace.sinks.store.s3;

import java.util.Locale;
import java.util.Map;

/**
 * A request to an S3 server.
 *
 * @param operation S3's name for it, such as {@code CopyObject}
 * @param key the object's name in its bucket, decoded; empty if it is the bucket that is asked
 * @param headers by their names in small letters
 */
public record StoreRequest(String operation, String key, Map<String, String> headers) {
  static StoreRequest of(String method, String path, String query, Map<String, String> headers) {
    int slash = path.indexOf('/', 1);
    String key = slash < 0 ? "" : path.substring(slash + 1);
    String asked = query == null ? "" : query.toLowerCase(Locale.ROOT);
    return new StoreRequest(operation(method, key, asked, headers), key, headers);
  }

  private static String operation(
      String method, String key, String query, Map<String, String> headers) {
    boolean copies = headers.containsKey("x-amz-copy-source");
    boolean ofUpload = query.contains("uploadid=");
    return switch (method) {
      case "HEAD" -> key.isEmpty() ? "HeadBucket" : "HeadObject";
      case "GET" -> {
        if (key.isEmpty()) {
          yield query.contains("uploads") ? "ListMultipartUploads" : "ListObjects";
        }
        yield ofUpload ? "ListParts" : "GetObject";
      }
      case "PUT" -> {
        if (key.isEmpty()) {
          yield "CreateBucket";
        } else if (ofUpload) {
          yield copies ? "UploadPartCopy" : "UploadPart";
        }
        yield copies ? "CopyObject" : "PutObject";
      }
      case "POST" -> {
        if (key.isEmpty()) {
          yield "DeleteObjects";
        }
        yield ofUpload ? "CompleteMultipartUpload" : "CreateMultipartUpload";
      }
      case "DELETE" -> ofUpload ? "AbortMultipartUpload" : "DeleteObject";
      default -> method;
    };
  }

  /** Whether it creates an object only if there is none. */
  public boolean isConditional() {
    return headers.containsKey("if-none-match");
  }

  @Override
  public String toString() {
    return operation + " " + key;
  }
}
