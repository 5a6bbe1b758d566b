package io.millrace.sinks.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.sinks.store.ObjectStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Documents to JSON and back. Equal documents give equal bytes. */
final class LedgerJson {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private LedgerJson() {}

  static byte[] write(Document document) {
    try {
      return (MAPPER.writeValueAsString(document) + "\n").getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + document, e);
    }
  }

  /**
   * Reads a document.
   *
   * @param location where it lies, for errors
   * @throws MillraceException (TARGET) if it is of another version, or no such document
   */
  static <D extends Document> D read(Class<D> type, byte[] json, String location) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      if (tree instanceof ObjectNode document) {
        Document.ADDED.forEach(
            (key, meant) -> document.putIfAbsent(key, MAPPER.valueToTree(meant)));
      }
      int version = tree.path("version").asInt(-1);
      if (version != Document.VERSION) {
        throw MillraceException.lasting(
            Category.TARGET,
            "Cannot read %s: it has version \"%s\" and this Millrace reads %d; use the one that wrote it"
                .formatted(location, tree.path("version").asText(), Document.VERSION));
      }
      return MAPPER.treeToValue(tree, type);
    } catch (IOException e) {
      throw MillraceException.lasting(
          Category.TARGET,
          "Cannot read %s as a ledger's document: restore it from a copy, it is never changed"
              .formatted(location),
          e);
    }
  }

  /**
   * The bytes of a document that is known to exist.
   *
   * @throws MillraceException (TARGET) if it is gone
   */
  static byte[] standing(ObjectStore store, String key) {
    return store
        .read(key)
        .orElseThrow(
            () ->
                MillraceException.lasting(
                    Category.TARGET,
                    "Cannot find %s, which the ledger had: restore it from a copy, nobody may delete it"
                        .formatted(store.location(key))));
  }
}
