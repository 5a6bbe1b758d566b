package io.millrace.connect.debezium.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.HashMap;
import java.util.Map;

/**
 * A connector's own offsets as one text within ours: a JSON array that has each partition and its
 * offset. Whole numbers come back as longs, as Connect's own store gives them.
 */
final class OffsetText {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  private OffsetText() {}

  static String of(Map<Map<String, ?>, Map<String, ?>> offsets) {
    ArrayNode array = JSON.createArrayNode();
    offsets.forEach(
        (partition, offset) ->
            array.addObject().putPOJO("partition", partition).putPOJO("offset", offset));
    try {
      return JSON.writeValueAsString(array);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot write the offsets " + offsets, e);
    }
  }

  /** Reads what {@link #of} wrote. */
  static Map<Map<String, ?>, Map<String, ?>> parse(String text) {
    var offsets = new HashMap<Map<String, ?>, Map<String, ?>>();
    try {
      for (JsonNode each : JSON.readTree(text)) {
        offsets.put(map(each.required("partition")), map(each.required("offset")));
      }
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("Cannot read the offsets " + text, e);
    }
    return offsets;
  }

  @SuppressWarnings("unchecked") // an object becomes a map of its keys
  private static Map<String, ?> map(JsonNode node) throws JsonProcessingException {
    return JSON.treeToValue(node, Map.class);
  }
}
