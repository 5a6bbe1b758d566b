package io.millrace.sinks.store;

import java.time.Duration;

class MemoryStoreTest extends ObjectStoreContract {
  private final MemoryStore store = new MemoryStore(Duration.ZERO);

  @Override
  protected ObjectStore empty() {
    return store;
  }

  @Override
  protected ObjectStore sameAgain() {
    return store;
  }
}
