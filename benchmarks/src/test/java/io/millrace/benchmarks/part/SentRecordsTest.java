package io.millrace.benchmarks.part;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.wire.BatchHeader;
import io.millrace.runtime.lane.Known;
import io.millrace.runtime.lane.LaneAction;
import io.millrace.runtime.lane.LaneRecord;
import io.millrace.runtime.lane.LaneWorker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SentRecordsTest {
  /** Else LaneDecisions would measure how an attempt is thrown away. */
  @Test
  void theAttemptIsOneThatALaneLoads() {
    var lane = new LaneWorker(Duration.ofHours(1));
    List<BatchHeader> headers = SentRecords.of(1);
    lane.answer(headers.get(0).reading().unit(), new Known.Open());
    var actions = new ArrayList<LaneAction>();
    for (BatchHeader header : headers) {
      int sequence = header.sequence();
      actions.addAll(
          lane.record(new LaneRecord(sequence, 1, 0, header, SentRecords.valueChecksum(sequence))));
      actions.addAll(lane.answer(header.reading().unit(), new Known.Open()));
    }
    assertThat(actions.get(actions.size() - 1)).isInstanceOf(LaneAction.Load.class);
  }
}
