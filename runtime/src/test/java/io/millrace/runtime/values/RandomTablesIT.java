package io.millrace.runtime.values;

import io.millrace.connect.postgres.server.TableName;
import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random schemas of all types, nested three deep, with random rows. The name of a failing test is
 * its table's seed; {@code -Dmillrace.seed=N -Dmillrace.tables=1} reads that table alone.
 */
class RandomTablesIT {
  private static final long SEED = Long.getLong("millrace.seed", 1_000L);
  private static final int TABLES = Integer.getInteger("millrace.tables", 200);

  @TempDir private static Path folder;
  private static Engines engines;

  @BeforeAll
  static void start() throws Exception {
    engines = new Engines(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    engines.close();
  }

  static Stream<Long> seeds() {
    return LongStream.range(SEED, SEED + TABLES).boxed();
  }

  @ParameterizedTest(name = "-Dmillrace.seed={0} -Dmillrace.tables=1")
  @MethodSource("seeds")
  void arrives(long seed) throws Exception {
    var random = new RandomTable(seed);
    engines.execute(random.ddl());
    var table = engines.path().catalog().table(new TableName(random.schema(), "t"));
    engines.assertArrives(table, random.columns(), "true");
  }
}
