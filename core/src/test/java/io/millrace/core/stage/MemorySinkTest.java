package io.millrace.core.stage;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The contract can be kept. */
class MemorySinkTest extends SinkContract {
  private final Map<Path, MemoryLedger> targets = new HashMap<>();

  @Override
  protected Sink open(SinkContext context) {
    return new MemorySink(target(context), context);
  }

  @Override
  protected List<String> read(List<String> files) {
    Map<String, List<String>> rows = targets.values().iterator().next().rows();
    return files.stream().flatMap(file -> rows.get(file).stream()).toList();
  }

  @Override
  protected List<String> stored(SinkContext context) {
    return List.copyOf(target(context).rows().keySet());
  }

  private MemoryLedger target(SinkContext context) {
    return targets.computeIfAbsent(context.folder(), folder -> new MemoryLedger());
  }
}
