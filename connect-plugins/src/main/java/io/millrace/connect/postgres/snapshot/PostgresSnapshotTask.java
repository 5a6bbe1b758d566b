package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.Commission;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.round.TaskAssignment;
import io.millrace.connect.round.Agenda;
import io.millrace.connect.round.RecordQueue;
import io.millrace.connect.round.RoundConnector;
import io.millrace.connect.round.RoundTask;
import io.millrace.connect.round.ShareReading;
import io.millrace.connect.round.StoredRounds;
import io.millrace.core.Nonces;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;

/** Reads its Partitions of Postgres' tables. */
public final class PostgresSnapshotTask extends RoundTask {
  @Override
  protected Reader reader(Map<String, String> properties, StoredRounds stored, RecordQueue queue) {
    PostgresOptions options = PostgresSnapshotConnector.OPTIONS.require(properties);
    var commission = Commission.of(properties);
    var assignment = TaskAssignment.of(properties);
    var agenda = new Agenda<>(commission, RoundConnector.windows(properties), options.selection());
    var work =
        new ShareReading.Work(
            commission,
            assignment.share(),
            assignment.snapshot().pointOrNull(),
            agenda.onFailure());
    InstantSource clock = InstantSource.system();
    var reading = new ShareReading(work, queue, new Nonces(new SecureRandom()), clock);
    reading.resume(stored);
    return new SnapshotReader(options, assignment, reading, clock);
  }
}
