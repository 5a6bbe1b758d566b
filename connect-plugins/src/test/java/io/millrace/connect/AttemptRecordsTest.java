package io.millrace.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Attempt;
import io.millrace.core.Bounds;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.HeaderCodec;
import io.millrace.core.wire.Reading;
import io.millrace.core.wire.SchemaFingerprint;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class AttemptRecordsTest {
  private static final Unit UNIT =
      new Unit(new StreamId("trips", "rides"), RunId.SNAPSHOT, new PlanId(1, "p"), "0000");
  private static final Reading READING =
      new Reading(UNIT, 4, new Bounds.Everything(), new Attempt(1, "n", Instant.EPOCH));
  private static final Schema SCHEMA =
      new Schema(List.of(Field.notNullable("id", new ArrowType.Int(64, true))));
  private static final Map<String, String> OFFSET = Map.of("state", "given up");

  @Test
  void aFailureComesAfterTheDataThatWasSent() {
    var records = new AttemptRecords(READING, SCHEMA, Map.of());
    records.data(new byte[] {1}, 10, OFFSET);
    records.data(new byte[] {2}, 10, OFFSET);

    SourceRecord failed = records.failed("permission denied", OFFSET);

    assertThat(header(failed))
        .isEqualTo(
            new BatchHeader.PartitionFailed(
                READING, 2, SchemaFingerprint.of(SCHEMA), "permission denied"));
    assertThat(ArrowCodec.schema(ByteBuffer.wrap((byte[]) failed.value()))).isEqualTo(SCHEMA);
    assertThat(failed.sourceOffset()).isEqualTo(OFFSET);
    assertThat(failed.topic()).isEqualTo(UNIT.stream().topic());
  }

  @Test
  void aFailureNeedsNoSchema() {
    var none = new Schema(List.of());

    SourceRecord failed = new AttemptRecords(READING, none, Map.of()).failed("dropped", OFFSET);

    assertThat(header(failed).schema()).isEqualTo(SchemaFingerprint.of(none));
    assertThat(ArrowCodec.schema(ByteBuffer.wrap((byte[]) failed.value()))).isEqualTo(none);
  }

  private static BatchHeader header(SourceRecord record) {
    var texts = new HashMap<String, String>();
    record.headers().forEach(header -> texts.put(header.key(), (String) header.value()));
    return HeaderCodec.decode(texts);
  }
}
