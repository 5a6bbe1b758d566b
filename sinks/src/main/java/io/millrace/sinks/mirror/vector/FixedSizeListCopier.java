package io.millrace.sinks.mirror.vector;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** Lists of so many elements each. */
final class FixedSizeListCopier extends ColumnCopier {
  private final ColumnCopier elements;
  private final int size;
  private final Runs elementRuns = new Runs();

  FixedSizeListCopier(ColumnCopier elements, int size, BufferAllocator allocator) {
    super(allocator);
    this.elements = elements;
    this.size = size;
  }

  @Override
  void setSource(int source, FieldVector vector) {
    super.setSource(source, vector);
    elements.setSource(source, vector.getChildrenFromFields().get(0));
  }

  @Override
  void appendValues(Runs runs) {
    elementRuns.clear();
    for (int run = 0; run < runs.count(); run++) {
      elementRuns.add(runs.source(run), size * runs.first(run), size * runs.length(run));
    }
    elements.append(elementRuns);
  }

  @Override
  void releaseValues(List<ArrowBuf> buffers) {
    // only its elements have values
  }

  @Override
  void moveChildrenTo(FieldVector vector) {
    elements.moveTo(vector.getChildrenFromFields().get(0));
  }

  @Override
  public void close() {
    super.close();
    elements.close();
  }
}
