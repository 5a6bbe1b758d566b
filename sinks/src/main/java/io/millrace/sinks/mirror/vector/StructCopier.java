package io.millrace.sinks.mirror.vector;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** Structs: each field has as many rows as the struct. */
final class StructCopier extends ColumnCopier {
  private final List<ColumnCopier> fields;

  StructCopier(List<ColumnCopier> fields, BufferAllocator allocator) {
    super(allocator);
    this.fields = fields;
  }

  @Override
  void setSource(int source, FieldVector vector) {
    super.setSource(source, vector);
    for (int i = 0; i < fields.size(); i++) {
      fields.get(i).setSource(source, vector.getChildrenFromFields().get(i));
    }
  }

  @Override
  void appendValues(Runs runs) {
    fields.forEach(field -> field.append(runs));
  }

  @Override
  void releaseValues(List<ArrowBuf> buffers) {
    // only its fields have values
  }

  @Override
  void moveChildrenTo(FieldVector vector) {
    for (int i = 0; i < fields.size(); i++) {
      fields.get(i).moveTo(vector.getChildrenFromFields().get(i));
    }
  }

  @Override
  public void close() {
    super.close();
    fields.forEach(ColumnCopier::close);
  }
}
