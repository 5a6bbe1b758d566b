package io.millrace.sinks.mirror.evolution;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.stage.SourceTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The schemas that a table had, oldest first, and where the newest one's columns come from. A
 * column carries on as long as each schema has its name: what was dropped and added again is
 * another one.
 */
public final class SchemaHistory {
  /** What a newer schema has and an older one had not. */
  public static final int ABSENT = -1;

  private final StreamId stream;
  private final List<Schema> versions = new ArrayList<>();

  /** By version, for each column of the newest one. */
  private final List<int[]> origins = new ArrayList<>();

  /** Begins with the schema of the state. */
  public SchemaHistory(StreamId stream, Schema first) {
    this.stream = stream;
    versions.add(first);
    origins.add(identity(first));
  }

  /**
   * Goes on with the schema of the changes that come next.
   *
   * @return the number of the newest version, which is another one only if the schema is
   * @throws MillraceException (DATA) if a column's type changed such that old values may have
   *     become others
   */
  public int add(Schema next) {
    Schema last = newest();
    if (next.equals(last)) {
      return versions.size() - 1;
    }
    int[] fromLast = new int[next.getFields().size()];
    for (int i = 0; i < fromLast.length; i++) {
      fromLast[i] = place(last, next.getFields().get(i).getName());
      if (fromLast[i] != ABSENT) {
        requireWidening(last.getFields().get(fromLast[i]), next.getFields().get(i));
      }
    }
    for (int version = 0; version < origins.size(); version++) {
      int[] known = origins.get(version);
      origins.set(
          version, Arrays.stream(fromLast).map(at -> at == ABSENT ? ABSENT : known[at]).toArray());
    }
    versions.add(next);
    origins.add(identity(next));
    return versions.size() - 1;
  }

  private void requireWidening(Field from, Field to) {
    if (Widening.between(from, to).isEmpty()) {
      throw MillraceException.data(
          "Cannot carry on with column \"%s\" of %s: it was %s and is %s now, and the log does not say what became of the values of rows that no change has touched since; read the table again"
              .formatted(from.getName(), stream, described(from), described(to)));
    }
  }

  private static String described(Field field) {
    String source = field.getMetadata().get(SourceTable.SOURCE_TYPE);
    return source == null ? field.getType().toString() : source;
  }

  private static int[] identity(Schema schema) {
    int[] places = new int[schema.getFields().size()];
    Arrays.setAll(places, i -> i);
    return places;
  }

  private static int place(Schema schema, String name) {
    for (int i = 0; i < schema.getFields().size(); i++) {
      if (schema.getFields().get(i).getName().equals(name)) {
        return i;
      }
    }
    return ABSENT;
  }

  /**
   * Where columns stand in the newest schema.
   *
   * @throws MillraceException (DATA) if one is not there in every version
   */
  public List<Integer> places(List<String> names) {
    List<Integer> places = names.stream().map(name -> place(newest(), name)).toList();
    for (int i = 0; i < names.size(); i++) {
      int at = places.get(i);
      if (at == ABSENT || origins.stream().anyMatch(from -> from[at] == ABSENT)) {
        throw MillraceException.data(
            "Cannot carry on with %s: its key's column \"%s\" was dropped or renamed; begin a new generation"
                .formatted(stream, names.get(i)));
      }
    }
    return places;
  }

  /** The last version's. */
  public Schema newest() {
    return versions.get(versions.size() - 1);
  }

  /** Whether the newest schema is another one than the first. */
  public boolean hasChanged() {
    return versions.size() > 1;
  }

  /** Whether a column of the newest schema was there in a version. */
  public boolean has(int version, int column) {
    return origins.get(version)[column] != ABSENT;
  }

  /** The newest schema's columns by the names that they have in a version. */
  public Map<String, Integer> byName(int version) {
    Map<String, Integer> places = new HashMap<>();
    int[] from = origins.get(version);
    for (int column = 0; column < from.length; column++) {
      if (from[column] != ABSENT) {
        places.put(versions.get(version).getFields().get(from[column]).getName(), column);
      }
    }
    return places;
  }

  /**
   * Rows of a version in the newest schema. Columns that did not change are the ones given.
   *
   * @param vectors of the version's schema, in its order; they stay the caller's, who closes them
   *     after what is returned
   */
  public NewestColumns convert(
      int version, List<FieldVector> vectors, int rows, BufferAllocator allocator) {
    var made = new ArrayList<FieldVector>();
    var columns = new ArrayList<FieldVector>();
    int[] from = origins.get(version);
    try {
      for (int i = 0; i < from.length; i++) {
        Field to = newest().getFields().get(i);
        if (from[i] == ABSENT) {
          made.add(nulls(to, rows, allocator));
          columns.add(made.get(made.size() - 1));
          continue;
        }
        FieldVector vector = vectors.get(from[i]);
        // not the vector's own field, in which the elements of a list have another name
        Field before = versions.get(version).getFields().get(from[i]);
        Widening widening = Widening.between(before, to).orElseThrow();
        if (widening == Widening.NONE) {
          columns.add(vector);
        } else {
          made.add(widening.widen(vector, to, allocator));
          columns.add(made.get(made.size() - 1));
        }
      }
      return new NewestColumns(columns, made);
    } catch (RuntimeException e) {
      made.forEach(FieldVector::close);
      throw e;
    }
  }

  private static FieldVector nulls(Field field, int rows, BufferAllocator allocator) {
    FieldVector vector = field.createVector(allocator);
    try {
      vector.setInitialCapacity(Math.max(1, rows));
      vector.setValueCount(rows); // allocates; allocateNew of a list would print where memory ends
      return vector;
    } catch (RuntimeException e) {
      vector.close();
      throw e;
    }
  }
}
