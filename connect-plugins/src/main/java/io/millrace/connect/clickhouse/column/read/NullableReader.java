package io.millrace.connect.clickhouse.column.read;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;

/**
 * {@code Nullable(T)}: a map of NULLs, then the values of T, of which those that are NULL mean
 * nothing.
 */
public final class NullableReader extends ValueReader {
  private final ValueReader values;
  private final NullMap nulls = new NullMap();

  /** A reader around that of the values. */
  public NullableReader(ValueReader values) {
    this.values = values;
  }

  @Override
  public FieldVector vector() {
    return values.vector();
  }

  @Override
  public List<Dictionary> dictionaries() {
    return values.dictionaries();
  }

  @Override
  public void allowDictionary(long id) {
    values.allowDictionary(id);
  }

  @Override
  public void readPrefix(NativeInput in) {
    values.readPrefix(in);
  }

  @Override
  public void read(NativeInput in, int count, NullMap outer) {
    nulls.read(in, count);
    values.read(in, count, nulls);
  }

  @Override
  public void close() {
    values.close();
  }
}
