package io.millrace.runtime;

import java.nio.file.Path;
import java.util.Map;

/** Where the whole-path tests have Postgres and Kafka from. */
public interface TestServers {
  /**
   * A server that runs until it is closed.
   *
   * @param address a JDBC URL, or bootstrap servers
   * @param user who may do everything there without a password; empty for Kafka
   * @param process what to close
   */
  record Server(String address, String user, AutoCloseable process) implements AutoCloseable {
    @Override
    public void close() {
      try {
        process.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** Starts Postgres with its data in the folder and these settings. */
  Server startPostgres(Path folder, Map<String, String> settings);

  /** Starts a broker with its data in the folder. */
  Server startKafka(Path folder);

  /** Those in this JVM, unless a profile of the build names a class with others. */
  static TestServers chosen() {
    String others = System.getProperty("millrace.test.servers", "");
    if (others.isEmpty()) {
      return new EmbeddedServers();
    }
    try {
      return Class.forName(others).asSubclass(TestServers.class).getConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }
}
