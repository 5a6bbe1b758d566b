package io.millrace.core.stage;

import java.util.Collections;
import java.util.Map;

/**
 * One offset that Kafka Connect keeps for a connector. Values are texts, whole numbers and
 * booleans.
 *
 * @param partition what it is filed under
 * @param offset what the connector has noted
 */
public record StoredOffset(Map<String, ?> partition, Map<String, Object> offset) {
  public StoredOffset {
    partition = Collections.unmodifiableMap(partition);
    offset = Collections.unmodifiableMap(offset);
  }
}
