package io.millrace.connect.clickhouse.arrow;

import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Whether a field that is sent has the buffers of the one that is wanted, so that they may be taken
 * as they are. Names, metadata and the zone of an instant are in no buffer.
 */
final class SameLayout {
  private SameLayout() {}

  /** Whether all of them have; a field that is not nullable takes only one that is not either. */
  static boolean of(List<Field> sent, List<Field> wanted) {
    if (sent.size() != wanted.size()) {
      return false;
    }
    for (int i = 0; i < sent.size(); i++) {
      if (!of(sent.get(i), wanted.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean of(Field sent, Field wanted) {
    boolean nulls = wanted.isNullable() || !sent.isNullable();
    return nulls
        && of(sent.getType(), wanted.getType())
        && of(sent.getChildren(), wanted.getChildren());
  }

  private static boolean of(ArrowType sent, ArrowType wanted) {
    if (sent instanceof ArrowType.Timestamp there && wanted instanceof ArrowType.Timestamp here) {
      return there.getUnit() == here.getUnit();
    }
    if (wanted instanceof ArrowType.Duration) { // cast to seconds in a number
      return sent.equals(new ArrowType.Int(Long.SIZE, /* isSigned= */ true));
    }
    return sent.equals(wanted);
  }
}
