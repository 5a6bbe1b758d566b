package io.millrace.sinks.mirror.vector;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** Lists and maps: a run of them is a run of their elements. */
final class ListCopier extends ColumnCopier {
  private final ColumnCopier elements;
  private final Offsets offsets;
  private final Runs elementRuns = new Runs();

  ListCopier(ColumnCopier elements, BufferAllocator allocator) {
    super(allocator);
    this.elements = elements;
    this.offsets = new Offsets(allocator);
  }

  @Override
  void setSource(int source, FieldVector vector) {
    super.setSource(source, vector);
    elements.setSource(source, vector.getChildrenFromFields().get(0));
  }

  @Override
  void appendValues(Runs runs) {
    long end = offsets.end(rows());
    elementRuns.clear();
    for (int run = 0; run < runs.count(); run++) {
      ArrowBuf from = source(runs.source(run)).getOffsetBuffer();
      int count = Offsets.between(from, runs.first(run), runs.length(run));
      elementRuns.add(runs.source(run), Offsets.at(from, runs.first(run)), count);
      end += count;
    }
    offsets.reserve(rows() + runs.rows(), end);
    int row = rows();
    for (int run = 0; run < runs.count(); run++) {
      ArrowBuf from = source(runs.source(run)).getOffsetBuffer();
      offsets.copy(from, runs.first(run), runs.length(run), row);
      row += runs.length(run);
    }
    elements.append(elementRuns);
  }

  @Override
  void releaseValues(List<ArrowBuf> buffers) {
    buffers.add(offsets.release(rows()));
  }

  @Override
  void moveChildrenTo(FieldVector vector) {
    elements.moveTo(vector.getChildrenFromFields().get(0));
  }

  @Override
  public void close() {
    super.close();
    elements.close();
    offsets.close();
  }
}
