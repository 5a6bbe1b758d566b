package io.millrace.runtime.simulation;

import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.StagedStream;
import java.io.InputStream;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A store that does what another does. */
class StoreDecorator implements ObjectStore {
  private final ObjectStore store;

  StoreDecorator(ObjectStore store) {
    this.store = store;
  }

  @Override
  public Creation createIfAbsent(String key, byte[] content) {
    return store.createIfAbsent(key, content);
  }

  @Override
  public Optional<byte[]> read(String key) {
    return store.read(key);
  }

  @Override
  public InputStream open(String key) {
    return store.open(key);
  }

  @Override
  public byte[] tail(String key, int length) {
    return store.tail(key, length);
  }

  @Override
  public void overwrite(String key, byte[] content) {
    store.overwrite(key, content);
  }

  @Override
  public List<String> list(String folder) {
    return store.list(folder);
  }

  @Override
  public void sweep(String folder) {
    store.sweep(folder);
  }

  @Override
  public void delete(Collection<String> keys) {
    store.delete(keys);
  }

  @Override
  public StagedStream stage(String key) {
    return store.stage(key);
  }

  @Override
  public List<Move> move(List<Move> moves) {
    return store.move(moves);
  }

  @Override
  public void requireWritable() {
    store.requireWritable();
  }

  @Override
  public Duration longestRequest() {
    return store.longestRequest();
  }

  @Override
  public String location(String key) {
    return store.location(key);
  }
}
