package io.millrace.sinks.files;

import io.millrace.core.Nonces;
import io.millrace.core.stage.SinkContext;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;

/** Reads a sink's options and opens a lake in a folder, wherever its classes come from. */
public final class LocalLake implements Consumer<Path> {
  @Override
  public void accept(Path folder) {
    var context =
        new SinkContext(
            "taxi",
            "lake",
            SinkContext.SNAPSHOT,
            "kafka-1",
            folder,
            new Nonces(new Random()),
            Instant::now);
    ParquetSinkOptions options = ParquetSinkTest.options(Map.of());
    var type = new ParquetSinkType();
    type.check(context, options);
    type.open(context, options).close();
    var unused = type.look(context, options);
  }
}
