package io.millrace.sinks.parquet;

import java.util.List;
import org.apache.arrow.vector.FieldVector;

/** A field at some depth of a nested one: takes the run of levels from above and hands it on. */
sealed interface NestedNode
    permits NestedNode.Group, NestedNode.Parts, NestedNode.Repeated, NestedColumn {
  /** Takes the vector whose positions the runs to come name. */
  void read(FieldVector vector);

  /** Makes the levels of this field and all below it. */
  void shred(LevelRun above);

  /** Bytes of the values at the positions [from, to). */
  long bytes(int from, int to);

  /** A struct, or the entries of maps: its children have its positions. */
  final class Group implements NestedNode {
    private final Presence presence;
    private final List<? extends NestedNode> children;

    Group(Presence presence, List<? extends NestedNode> children) {
      this.presence = presence;
      this.children = children;
    }

    @Override
    public void read(FieldVector vector) {
      presence.read(vector);
      List<FieldVector> vectors = vector.getChildrenFromFields();
      for (int i = 0; i < vectors.size(); i++) {
        children.get(i).read(FieldEncoder.storage(vectors.get(i)));
      }
    }

    @Override
    public void shred(LevelRun above) {
      LevelRun run = presence.below(above);
      children.forEach(child -> child.shred(run));
    }

    @Override
    public long bytes(int from, int to) {
      return children.stream().mapToLong(child -> child.bytes(from, to)).sum();
    }
  }

  /** Several columns made of the same values. */
  record Parts(List<? extends NestedNode> columns) implements NestedNode {
    @Override
    public void read(FieldVector vector) {
      columns.forEach(column -> column.read(vector));
    }

    @Override
    public void shred(LevelRun above) {
      columns.forEach(column -> column.shred(above));
    }

    @Override
    public long bytes(int from, int to) {
      return columns.stream().mapToLong(column -> column.bytes(from, to)).sum();
    }
  }

  /** A list: its elements have the positions that its offsets say. */
  final class Repeated implements NestedNode {
    private final Presence presence;
    private final Extents extents;
    private final int level;
    private final NestedNode element;
    private final LevelRun elements = new LevelRun();
    private FieldVector lists;

    /** Its elements after the first of a list get this repetition level. */
    Repeated(Presence presence, Extents extents, int level, NestedNode element) {
      this.presence = presence;
      this.extents = extents;
      this.level = level;
      this.element = element;
    }

    @Override
    public void read(FieldVector vector) {
      lists = vector;
      presence.read(vector);
      element.read(FieldEncoder.storage(vector.getChildrenFromFields().get(0)));
    }

    @Override
    public void shred(LevelRun above) {
      LevelRun run = presence.below(above);
      if (run.end() > run.first()) {
        extents.read(lists, run.first(), run.end());
      }
      elements.repeat(run, extents, level);
      element.shred(elements);
    }

    @Override
    public long bytes(int from, int to) {
      if (from == to) {
        return 0;
      }
      return element.bytes(begin(from), begin(to));
    }

    /** Where the list at a position, or the end of the one before it, is among the elements. */
    private int begin(int position) {
      extents.read(lists, position, position);
      return Math.toIntExact(extents.at(0));
    }
  }
}
