package io.millrace.runtime.faults;

import io.millrace.core.Nonces;
import io.millrace.sinks.store.LocalStore;
import io.millrace.sinks.store.ObjectStore;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;

/**
 * Where a sink writes.
 *
 * @param options of the sink, as its pipeline's file has them
 * @param store the same place, for whoever looks
 */
record Target(Map<String, String> options, ObjectStore store) {
  /** The default of a pipeline in this folder. */
  static Target disk(Path folder) {
    return new Target(
        Map.of(), new LocalStore(folder.resolve("lake"), new Nonces(new SecureRandom())));
  }
}
