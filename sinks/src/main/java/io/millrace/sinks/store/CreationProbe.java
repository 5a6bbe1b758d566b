package io.millrace.sinks.store;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Nonces;
import io.millrace.sinks.store.ObjectStore.Creation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** Proves on an object of its own that a store refuses to create what is there. */
public final class CreationProbe {
  private static final int TRIES = 5;

  private final ObjectStore store;
  private final Nonces nonces;

  public CreationProbe(ObjectStore store, Nonces nonces) {
    this.store = store;
    this.nonces = nonces;
  }

  /**
   * Creates an object below the folder twice, and takes it away again.
   *
   * @param endpoint whom to blame
   * @throws MillraceException (TARGET) if the second one replaces the first
   */
  public void prove(String folder, String endpoint) {
    String key = folder + "/probe/" + nonces.next();
    byte[] first = bytes("first");
    try {
      byte[] standing = store.claim(key, first);
      if (!Arrays.equals(standing, first) || !refuses(key)) {
        throw MillraceException.lasting(
            Category.TARGET,
            "Cannot keep a ledger in %s: %s created it although it was there, so that two writers could both load one unit; use a store, or a version of it, that honours conditional writes (see docs/stores.md)"
                .formatted(store.location(key), endpoint));
      }
    } finally {
      store.delete(List.of(key));
    }
  }

  private boolean refuses(String key) {
    for (int tries = 0; tries < TRIES; tries++) {
      Creation second = store.createIfAbsent(key, bytes("second"));
      if (second != Creation.UNKNOWN) {
        return second == Creation.EXISTS;
      }
    }
    throw MillraceException.passing(
        Category.TARGET,
        "Cannot find out whether %s can be created once only: the store does not say; try again"
            .formatted(store.location(key)),
        null);
  }

  private byte[] bytes(String text) {
    return (text + " " + nonces.next()).getBytes(StandardCharsets.UTF_8);
  }
}
