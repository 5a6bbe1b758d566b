package io.millrace.connect.round;

import io.millrace.core.stage.StoredOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Offsets that were asked for already. */
public final class KnownOffsets implements OffsetStorageReader {
  private final Map<Map<String, ?>, Map<String, Object>> offsets = new HashMap<>();

  public KnownOffsets(List<StoredOffset> known) {
    known.forEach(each -> offsets.put(each.partition(), each.offset()));
  }

  @Override
  public <T> Map<String, Object> offset(Map<String, T> partition) {
    return offsets.get(partition);
  }

  @Override
  public <T> Map<Map<String, T>, Map<String, Object>> offsets(
      Collection<Map<String, T>> partitions) {
    var found = new HashMap<Map<String, T>, Map<String, Object>>();
    partitions.forEach(
        partition -> {
          if (offsets.containsKey(partition)) {
            found.put(partition, offsets.get(partition));
          }
        });
    return found;
  }
}
