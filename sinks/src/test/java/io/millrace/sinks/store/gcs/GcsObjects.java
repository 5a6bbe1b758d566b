package io.millrace.sinks.store.gcs;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The bucket. */
final class GcsObjects {
  private final TreeMap<String, byte[]> contents = new TreeMap<>();
  private final Map<String, Long> generations = new HashMap<>();
  private long generation = 1;

  synchronized ObjectNode put(String name, byte[] bytes, String condition) {
    long standing = contents.containsKey(name) ? generations.get(name) : 0;
    if (condition != null && Long.parseLong(condition) != standing) {
      throw new Refusal(412, "At least one of the pre-conditions you specified did not hold.");
    }
    contents.put(name, bytes);
    generations.put(name, generation++);
    return metadata(name);
  }

  synchronized byte[] bytes(String name) {
    byte[] bytes = contents.get(name);
    if (bytes == null) {
      throw new Refusal(404, "No such object: " + GcsTestServer.BUCKET + "/" + name);
    }
    return bytes;
  }

  synchronized ObjectNode metadata(String name) {
    byte[] bytes = bytes(name);
    var checksum = new Checksum();
    checksum.update(bytes, 0, bytes.length);
    return JsonNodeFactory.instance
        .objectNode()
        .put("kind", "storage#object")
        .put("bucket", GcsTestServer.BUCKET)
        .put("name", name)
        .put("size", Integer.toString(bytes.length))
        .put("generation", generations.get(name).toString())
        .put("metageneration", "1")
        .put("crc32c", checksum.text());
  }

  synchronized List<String> names(String prefix) {
    return contents.keySet().stream().filter(name -> name.startsWith(prefix)).toList();
  }

  synchronized void delete(String name) {
    bytes(name);
    contents.remove(name);
  }
}
