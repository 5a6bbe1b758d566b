package io.millrace.core.wire;

import static org.apache.arrow.util.Preconditions.checkArgument;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The dictionaries of one record value. Each is read when the first field asks for it, since a
 * dictionary whose values refer to another may stand before that one. A dictionary comes once and
 * whole: deltas and replacements are of use between record batches, and a value has only one.
 */
final class Dictionaries implements AutoCloseable {
  private final Map<Long, Field> fields;
  private final DecodeMemory memory;
  private final Map<Long, IpcStream.Message> messages = new HashMap<>();
  private final Map<Long, ArrowRecordBatch> values = new HashMap<>();

  Dictionaries(Schema wire, DecodeMemory memory) {
    this.fields = DictionarySchema.dictionaries(wire);
    this.memory = memory;
  }

  /** Takes a message that is a dictionary batch. */
  void add(IpcStream.Message message) {
    var header = header(message);
    checkArgument(!header.isDelta(), "dictionary %s comes in parts", header.id());
    checkArgument(fields.containsKey(header.id()), "no column has dictionary %s", header.id());
    checkArgument(
        messages.put(header.id(), message) == null, "dictionary %s comes twice", header.id());
  }

  private static DictionaryBatch header(IpcStream.Message message) {
    return (DictionaryBatch) message.metadata().header(new DictionaryBatch());
  }

  /** The decoded values of the field's dictionary; they stay this object's. */
  ArrowRecordBatch values(Field field) {
    long id = field.getDictionary().getId();
    ArrowRecordBatch known = values.get(id);
    if (known != null) {
      return known;
    }
    IpcStream.Message message = messages.get(id);
    checkArgument(message != null, "the dictionary of column %s is missing", field);
    RecordBatch data = header(message).data();
    checkArgument(data != null, "dictionary %s is without values", id);
    var schema = new Schema(List.of(fields.get(id)));
    ArrowRecordBatch read = BatchReader.read(schema, data, message.body(), this, memory);
    values.put(id, read);
    return read;
  }

  @Override
  public void close() {
    values.values().forEach(ArrowRecordBatch::close);
  }
}
