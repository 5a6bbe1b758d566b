package io.millrace.transforms.values;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Arrow's extension types as they stand in a field's metadata. */
public final class Extensions {
  static final String UUID = "arrow.uuid";
  static final String JSON = "arrow.json";

  private Extensions() {}

  /** The name of a field's extension type, if it has one. */
  public static Optional<String> name(Field field) {
    return Optional.ofNullable(
        field.getMetadata().get(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_NAME));
  }

  /** The field's metadata but for its extension type. */
  public static Map<String, String> withoutName(Field field) {
    var metadata = new HashMap<>(field.getMetadata());
    metadata.remove(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_NAME);
    metadata.remove(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_METADATA);
    return metadata;
  }
}
