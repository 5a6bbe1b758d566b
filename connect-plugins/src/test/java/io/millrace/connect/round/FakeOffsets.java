package io.millrace.connect.round;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Connect's offsets in memory. */
public final class FakeOffsets implements OffsetStorageReader {
  private final Map<Map<String, ?>, Map<String, Object>> stored = new ConcurrentHashMap<>();

  public void store(Map<String, ?> partition, Map<String, Object> offset) {
    stored.put(partition, offset);
  }

  @Override
  public <T> Map<String, Object> offset(Map<String, T> partition) {
    return offsets(List.of(partition)).get(partition);
  }

  @Override
  public <T> Map<Map<String, T>, Map<String, Object>> offsets(
      Collection<Map<String, T>> partitions) {
    var found = new HashMap<Map<String, T>, Map<String, Object>>();
    partitions.forEach(partition -> found.put(partition, stored.get(partition)));
    return found;
  }
}
