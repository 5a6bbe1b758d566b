package io.millrace.sinks.mirror;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import java.util.Arrays;
import java.util.BitSet;

/**
 * What became of each key, and which version of which row every version was made of. A version is a
 * change, by its number, or the row that the state has of a key. Buckets are looked at one by one;
 * only a key that changed leads into another, by the position of its delete.
 */
final class Lineage {
  /** Made of nothing: a new row. */
  private static final int NOTHING = -1;

  /** The state's row of key 0; that of key k is k less. */
  private static final int OLD = -2;

  private static final int NEVER = Integer.MAX_VALUE;

  private final StreamId stream;
  private final Generation generation;
  private final NumberedChanges changes;
  private final KeyHash hash;

  /** By change: the version before it, and its key. */
  private final int[] bases;

  private final int[] keyOf;

  /** By bucket: its keys. One for all would not fit the processor's caches. */
  private final KeyIndex[] keys;

  /** By bucket: its first TRUNCATE, or {@link #NEVER}; its last one, or -1. */
  private final int[] firstTruncates;

  private final int[] truncates;

  /** By key: its first change, its last one, and the one (or OLD) that its row began with. */
  private int[] firsts = new int[64];

  private int[] lasts = new int[64];
  private int[] births = new int[64];

  /** Keys that the state has. */
  private final BitSet found = new BitSet();

  /**
   * Follows all changes.
   *
   * @throws MillraceException (DATA) if one cannot have come after those before it
   */
  Lineage(MirrorChanges of, NumberedChanges changes) {
    this.stream = of.stream();
    this.generation = of.generation();
    this.changes = changes;
    this.hash = new KeyHash(generation.buckets());
    this.keys = new KeyIndex[generation.buckets()];
    this.bases = new int[changes.size()];
    this.keyOf = new int[changes.size()];
    this.firstTruncates = new int[generation.buckets()];
    this.truncates = new int[generation.buckets()];
    Arrays.fill(firstTruncates, NEVER);
    Arrays.fill(truncates, -1);
    for (int bucket = 0; bucket < generation.buckets(); bucket++) {
      keys[bucket] = new KeyIndex(bucket == 0 ? 0 : keys[bucket - 1].end());
      for (int change = changes.start(bucket); change < changes.end(bucket); change++) {
        follow(change, bucket);
      }
    }
    for (int change = 0; change < changes.size(); change++) {
      if (changes.unchangedCount(change) > 0 && isMoved(change)) {
        bases[change] = movedFrom(change);
      }
    }
  }

  private void follow(int change, int bucket) {
    ChangeKind kind = changes.kind(change);
    if (kind == ChangeKind.TRUNCATE) {
      keyOf[change] = KeyIndex.ABSENT;
      truncates[bucket] = change;
      firstTruncates[bucket] = Math.min(firstTruncates[bucket], change);
      return;
    }
    int found = hash.bucket(changes.key(change), changes.row(change));
    int known = keys[bucket].end();
    int key = keys[bucket].add(hash);
    keyOf[change] = key;
    if (found != bucket) {
      throw misfit(change, "its key belongs to bucket %d".formatted(found));
    }
    boolean isOld = key == known && truncates[bucket] < 0;
    if (key == known) {
      begin(key, change);
    }
    boolean isLive = firsts[key] != change && isLive(key, bucket);
    if (kind == ChangeKind.INSERT) {
      if (isLive) {
        throw misfit(change, "there is a row of its key already");
      }
      bases[change] = NOTHING;
      births[key] = change;
    } else if (isOld) {
      bases[change] = OLD - key;
      births[key] = OLD;
    } else if (isLive) {
      bases[change] = lasts[key];
    } else {
      throw misfit(change, "there is no row of its key");
    }
    lasts[key] = change;
  }

  private void begin(int key, int change) {
    if (key == firsts.length) {
      firsts = Arrays.copyOf(firsts, 2 * key);
      lasts = Arrays.copyOf(lasts, 2 * key);
      births = Arrays.copyOf(births, 2 * key);
    }
    firsts[key] = change;
  }

  /** Whether a key has a row after its last change. */
  boolean isLive(int key, int bucket) {
    return lasts[key] > truncates[bucket] && changes.kind(lasts[key]) != ChangeKind.DELETE;
  }

  private boolean isMoved(int change) {
    return changes.kind(change) == ChangeKind.INSERT
        && changes.vectors(change).hasBefore(changes.row(change));
  }

  /** The version that a row had when its key changed to that of an insert. */
  private int movedFrom(int insert) {
    ChangeVectors vectors = changes.vectors(insert);
    int row = changes.row(insert);
    int bucket = hash.bucket(vectors.before(generation.key()), row);
    int delete = changes.find(bucket, vectors.commit(row), vectors.index(row) - 1);
    if (delete == NumberedChanges.ABSENT
        || changes.kind(delete) != ChangeKind.DELETE
        || keyOf[delete] != keys[bucket].find(hash)) {
      throw misfit(insert, "the delete of the key that its row had before is missing");
    }
    return bases[delete];
  }

  /** The number of the hash's last key, or {@link KeyIndex#ABSENT} if no change has it. */
  int find(int bucket, KeyHash key) {
    return keys[bucket].find(key);
  }

  /** The key of a change; none has {@link KeyIndex#ABSENT}. */
  int key(int change) {
    return keyOf[change];
  }

  /** The bucket that a key belongs to. */
  int bucket(int key) {
    return changes.bucket(firsts[key]);
  }

  /** What a key's row is made of at last. */
  int last(int key) {
    return lasts[key];
  }

  /** Whether the state's row of a key lives on, in its place. */
  boolean keepsPlace(int key, int bucket) {
    return births[key] == OLD && isLive(key, bucket);
  }

  /** Whether a change begins a row that is there in the end. */
  boolean beginsRow(int change) {
    int key = keyOf[change];
    return key != KeyIndex.ABSENT && births[key] == change && isLive(key, changes.bucket(change));
  }

  /** Whether a bucket's state, all of it, is gone. */
  boolean isTruncated(int bucket) {
    return truncates[bucket] >= 0;
  }

  /** Whether something is known of a bucket's rows before it was truncated, if it was. */
  boolean hasEarlier(int bucket) {
    return firstTruncates[bucket] > changes.start(bucket);
  }

  /**
   * Takes note of a row of the state.
   *
   * @throws MillraceException (DATA) if the state cannot have it
   */
  void foundOld(int key) {
    int first = firsts[key];
    if (changes.kind(first) == ChangeKind.INSERT && first < firstTruncates[bucket(key)]) {
      throw misfit(first, "there is a row of its key already");
    }
    if (found.get(key)) {
      throw misfit(first, "there are two rows of its key");
    }
    found.set(key);
  }

  /**
   * To be called when all rows of a bucket's state were seen.
   *
   * @throws MillraceException (DATA) if one is missing
   */
  void requireFound(int bucket) {
    for (int change = changes.start(bucket); change < changes.end(bucket); change++) {
      int key = keyOf[change];
      if (key != KeyIndex.ABSENT && bases[change] == OLD - key && !found.get(key)) {
        throw misfit(change, "there is no row of its key");
      }
    }
  }

  /** Lets a bucket's state be seen again. */
  void forgetFound(int bucket) {
    for (int change = changes.start(bucket); change < changes.end(bucket); change++) {
      if (keyOf[change] != KeyIndex.ABSENT) {
        found.clear(keyOf[change]);
      }
    }
  }

  /**
   * The version that has the value of a column which a change left as it was: a change, or by
   * {@link #isOld} the state's row of a key.
   *
   * @throws MillraceException (DATA) if no version has it
   */
  int origin(int change, int column) {
    int version = bases[change];
    while (version >= 0
        && changes.history().has(changes.version(version), column)
        && changes.isUnchanged(version, column)) {
      version = bases[version];
    }
    if (version == NOTHING) {
      throw misfit(change, "it leaves a value as it was where there was none");
    }
    if (!changes.history().has(isOld(version) ? 0 : changes.version(version), column)) {
      throw misfit(
          change,
          "it leaves column \"%s\" as it was, whose values the log never had: it was renamed, or added with a default"
              .formatted(changes.history().newest().getFields().get(column).getName()));
    }
    return version;
  }

  static boolean isOld(int version) {
    return version <= OLD;
  }

  /** The key whose row of the state a version is. */
  static int oldKey(int version) {
    return OLD - version;
  }

  private MillraceException misfit(int change, String why) {
    return MillraceException.data(
        "Cannot fold the %s at %s into bucket %d of %s: %s (checksum of the key: %s). The state and the changes do not belong together; read the table again"
            .formatted(
                changes.kind(change),
                changes.position(change),
                changes.bucket(change),
                stream,
                why,
                keys[changes.bucket(change)].describe(keyOf[change])));
  }
}
