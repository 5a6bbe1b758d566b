package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.core.wire.ChangeHeaderCodec;
import io.millrace.core.wire.HeaderCodec;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Kafka's headers as the texts that {@link HeaderCodec} reads. */
public final class RecordHeaders {
  private RecordHeaders() {}

  /** What the record says of itself, if that can be read. */
  public static Optional<BatchHeader> read(Headers headers) {
    try {
      return Optional.of(decode(headers));
    } catch (MillraceException e) {
      return Optional.empty();
    }
  }

  /**
   * What the record says of itself.
   *
   * @throws MillraceException (DATA) naming the header that is missing or malformed
   */
  static BatchHeader decode(Headers headers) {
    return HeaderCodec.decode(texts(headers));
  }

  /**
   * The same for a record of changes.
   *
   * @throws MillraceException (DATA) naming the header that is missing or malformed
   */
  static ChangeHeader decodeChange(Headers headers) {
    return ChangeHeaderCodec.decode(texts(headers));
  }

  private static Map<String, String> texts(Headers headers) {
    Map<String, String> texts = new HashMap<>();
    for (Header header : headers) {
      if (header.key().startsWith(HeaderCodec.PREFIX) && header.value() != null) {
        texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
      }
    }
    if (texts.isEmpty()) {
      throw MillraceException.data(
          "Cannot read a record without headers of Millrace: only its sources may write to the"
              + " topic");
    }
    return texts;
  }
}
