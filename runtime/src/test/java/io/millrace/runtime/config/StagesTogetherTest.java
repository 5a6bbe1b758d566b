package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A source and a sink that are right by themselves and do not fit each other. */
class StagesTogetherTest {
  private static final String MIRROR = "{type: parquet, path: 'lake/{stream}/', output: mirror}";
  private static final String CLICKHOUSE =
      "{type: clickhouse, url: 'http://db.example:8123', database: lake, order_by: [id], ledger:"
          + " ledger/}";

  @TempDir private Path folder;

  @Test
  void aMirrorTakesASnapshotAndItsChanges() throws IOException {
    String refused =
        "sinks.0.output: Cannot keep tables as they are now: that takes a source that reads them"
            + " and all their changes, such as postgres with mode: cdc";
    assertThat(findings("snapshot", MIRROR)).singleElement().asString().endsWith(refused);
    assertThat(findings("changes", MIRROR)).singleElement().asString().endsWith(refused);
    assertThat(findings("cdc", MIRROR)).isEmpty();
  }

  @Test
  void clickHouseTakesNoChanges() throws IOException {
    for (String mode : List.of("changes", "cdc")) {
      assertThat(findings(mode, CLICKHOUSE))
          .singleElement()
          .asString()
          .contains("sinks.0: Cannot load changes into type: clickhouse, which loads runs only");
    }
    assertThat(findings("snapshot", CLICKHOUSE)).isEmpty();
  }

  private List<Finding> findings(String mode, String sink) throws IOException {
    Path file = folder.resolve("pipeline.yaml");
    Files.writeString(
        file,
        """
        name: shop
        source: {type: postgres, mode: %s, url: 'jdbc:postgresql://db.example/shop', table: public.orders}
        sinks:
          - %s
        """
            .formatted(mode, sink));
    var findings = new ArrayList<Finding>();
    new PipelineFile(StageTypes.installed(), References.everywhere(Map.of()))
        .lint(file, findings::add);
    return findings;
  }
}
