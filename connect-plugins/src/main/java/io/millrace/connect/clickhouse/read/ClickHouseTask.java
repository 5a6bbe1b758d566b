package io.millrace.connect.clickhouse.read;

import io.millrace.connect.Commission;
import io.millrace.connect.clickhouse.ClickHouseOptions;
import io.millrace.connect.round.Agenda;
import io.millrace.connect.round.RecordQueue;
import io.millrace.connect.round.RoundConnector;
import io.millrace.connect.round.RoundTask;
import io.millrace.connect.round.ShareReading;
import io.millrace.connect.round.ShareReading.Work;
import io.millrace.connect.round.StoredRounds;
import io.millrace.connect.round.TaskShare;
import io.millrace.core.Nonces;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** Reads its Partitions of ClickHouse's tables. */
public final class ClickHouseTask extends RoundTask {
  @Override
  protected Reader reader(Map<String, String> properties, StoredRounds stored, RecordQueue queue) {
    ClickHouseOptions options = ClickHouseConnector.OPTIONS.require(properties);
    var commission = Commission.of(properties);
    var agenda = new Agenda<>(commission, RoundConnector.windows(properties), options.selection());
    Map<String, String> schemas = FreeRound.schemas(properties);
    InstantSource clock = InstantSource.system();
    List<RoundTask.Reader> readers =
        TaskShare.of(properties).deal(options.connections()).stream()
            .map(share -> new Work(commission, share, /* pointOrNull= */ null, agenda.onFailure()))
            .map(work -> resumed(new ShareReading(work, queue, nonces(), clock), stored))
            .<RoundTask.Reader>map(reading -> new PartitionReader(options, schemas, reading, clock))
            .toList();
    return new SideBySide(readers);
  }

  private static Nonces nonces() {
    return new Nonces(new SecureRandom());
  }

  private static ShareReading resumed(ShareReading reading, StoredRounds stored) {
    reading.resume(stored);
    return reading;
  }
}
