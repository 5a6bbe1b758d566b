package io.millrace.connect.debezium.read;

/** Gives the thread a class loader until it is closed: Debezium looks its parts up by it. */
final class ContextLoader implements AutoCloseable {
  private final Thread thread = Thread.currentThread();
  private final ClassLoader before = thread.getContextClassLoader();

  ContextLoader(ClassLoader loader) {
    thread.setContextClassLoader(loader);
  }

  @Override
  public void close() {
    thread.setContextClassLoader(before);
  }
}
