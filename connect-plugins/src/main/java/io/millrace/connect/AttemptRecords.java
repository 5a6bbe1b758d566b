package io.millrace.connect;

import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.AttemptChecksum;
import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.HeaderCodec;
import io.millrace.core.wire.Reading;
import io.millrace.core.wire.SchemaFingerprint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * The records of one attempt, in order: data, data, ..., and the end, or the failure instead of it.
 * Numbers them and keeps their checksum.
 */
public final class AttemptRecords {
  private final Reading reading;
  private final Schema schema;
  private final String fingerprint;
  private final Map<String, ?> sourcePartition;
  private final byte[] key;
  private final AttemptChecksum checksum = new AttemptChecksum();
  private int sequence;

  /**
   * The records of a reading.
   *
   * @param sourcePartition what Connect files the records' offsets under
   */
  public AttemptRecords(Reading reading, Schema schema, Map<String, ?> sourcePartition) {
    this.reading = reading;
    this.schema = schema;
    this.fingerprint = SchemaFingerprint.of(schema);
    this.sourcePartition = sourcePartition;
    this.key = reading.recordKey().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * The next record with rows.
   *
   * @param offset says that the Partition is being read, never that it is finished: Connect stores
   *     the offset of any record that was delivered
   */
  public SourceRecord data(byte[] value, int rowCount, Map<String, ?> offset) {
    checksum.add(AttemptChecksum.of(ByteBuffer.wrap(value)));
    return record(new BatchHeader.Data(reading, sequence++, fingerprint, rowCount), value, offset);
  }

  /**
   * The last record.
   *
   * @param sourceRows the source's own count
   * @param offset says that the Partition is finished
   */
  public SourceRecord end(long sourceRows, Map<String, ?> offset) {
    var header =
        new BatchHeader.PartitionEnd(reading, sequence, fingerprint, sourceRows, checksum.value());
    return record(header, new ArrowCodec().encode(schema), offset);
  }

  /**
   * The last record of an attempt that is given up.
   *
   * @param reason why, for people; it may be long, and must not hold a secret
   * @param offset what Connect is to store of the Partition
   */
  public SourceRecord failed(String reason, Map<String, ?> offset) {
    var header = new BatchHeader.PartitionFailed(reading, sequence, fingerprint, reason);
    return record(header, new ArrowCodec().encode(schema), offset);
  }

  private SourceRecord record(BatchHeader header, byte[] value, Map<String, ?> offset) {
    var headers = new ConnectHeaders();
    HeaderCodec.encode(header).forEach(headers::addString);
    return new SourceRecord(
        sourcePartition,
        offset,
        reading.unit().stream().topic(),
        null, // Kafka's partition follows from the key
        null,
        key,
        null,
        value,
        null, // the producer's own time
        headers);
  }
}
