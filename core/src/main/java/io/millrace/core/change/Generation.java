package io.millrace.core.change;

import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import java.util.List;

/**
 * Within what positions compare and buckets stay: one reading of one source's log. A later one
 * begins with a snapshot.
 *
 * @param id orders generations, in the form of a plan's id
 * @param system what identifies the source's data, such as Postgres' system identifier
 * @param slot the source's name for this reading of its log, such as a replication slot
 * @param buckets how many buckets the stream has
 * @param key the names of the key's columns, none if rows have no key
 * @param hash how a key becomes a bucket: {@link KeyHash#NAME}
 */
public record Generation(
    PlanId id, String system, String slot, int buckets, List<String> key, String hash) {
  public Generation {
    key = List.copyOf(key);
    if (buckets < 1) {
      throw MillraceException.data(
          "Cannot use a generation of %d buckets: at least 1 is needed".formatted(buckets));
    }
    if (key.isEmpty() && buckets > 1) {
      throw MillraceException.data(
          "Cannot use a generation of %d buckets without a key: rows without one have 1"
              .formatted(buckets));
    }
  }
}
