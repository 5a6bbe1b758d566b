package io.millrace.runtime.simulation;

import io.millrace.core.wire.AttemptChecksum;
import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.HeaderCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Hands records on as if what the reader saw of an attempt were all there is of it: batches are
 * numbered in the order they come, and the end agrees with them.
 */
final class RenumberedRecords implements UnaryOperator<ConsumerRecord<byte[], byte[]>> {
  /** What is taken for an attempt's batches. */
  enum Rule {
    /** Also those that were sent twice, once all are there. */
    KEEP_DUPLICATES,
    /** Each one once, be there gaps or not. */
    TRUST_ENDS
  }

  /** An attempt as far as it was seen. */
  private static final class Seen {
    final Set<Integer> sequences = new HashSet<>();
    final Map<Integer, Integer> numbers = new HashMap<>();
    final List<Integer> checksums = new ArrayList<>();
    long rows;
  }

  private final Rule rule;
  private final Map<String, Seen> attempts = new HashMap<>();

  RenumberedRecords(Rule rule) {
    this.rule = rule;
  }

  @Override
  public ConsumerRecord<byte[], byte[]> apply(ConsumerRecord<byte[], byte[]> record) {
    Map<String, String> texts = RecordTexts.of(record);
    if (texts.isEmpty() || record.topic().equals(ChangeSource.FARES.changesTopic())) {
      return record;
    }
    BatchHeader header = HeaderCodec.decode(texts);
    Seen seen = attempts.computeIfAbsent(header.reading().attempt().nonce(), nonce -> new Seen());
    if (header instanceof BatchHeader.Data data) {
      return RecordTexts.with(record, HeaderCodec.encode(data(seen, data, record.value())));
    }
    boolean all = seen.sequences.size() == header.sequence();
    if (header instanceof BatchHeader.PartitionEnd end && (all || rule == Rule.TRUST_ENDS)) {
      return RecordTexts.with(record, HeaderCodec.encode(end(seen, end)));
    }
    return record;
  }

  private BatchHeader data(Seen seen, BatchHeader.Data data, byte[] value) {
    boolean isNew = seen.sequences.add(data.sequence());
    if (isNew || rule == Rule.KEEP_DUPLICATES) {
      seen.numbers.put(data.sequence(), seen.checksums.size());
      seen.checksums.add(AttemptChecksum.of(ByteBuffer.wrap(value)));
      seen.rows += data.rows();
    }
    return new BatchHeader.Data(
        data.reading(), seen.numbers.get(data.sequence()), data.schema(), data.rows());
  }

  private static BatchHeader end(Seen seen, BatchHeader.PartitionEnd end) {
    var checksum = new AttemptChecksum();
    seen.checksums.forEach(checksum::add);
    return new BatchHeader.PartitionEnd(
        end.reading(), seen.checksums.size(), end.schema(), seen.rows, checksum.value());
  }
}
