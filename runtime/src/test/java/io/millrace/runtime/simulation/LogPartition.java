package io.millrace.runtime.simulation;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** One TopicPartition of one topic id: entries at dense offsets, some of them cut off in front. */
final class LogPartition {
  private final TopicPartition name;
  private final String topicId;
  private final List<LogEntry> entries = new ArrayList<>();
  private final List<Transaction> open = new ArrayList<>();
  private long start;

  LogPartition(TopicPartition name, String topicId) {
    this.name = name;
    this.topicId = topicId;
  }

  TopicPartition name() {
    return name;
  }

  String topicId() {
    return topicId;
  }

  /** Where the log begins. */
  long start() {
    return start;
  }

  /** Where the next entry goes. */
  long end() {
    return entries.size();
  }

  /** Up to where consumers that read what is committed may go. */
  long stableEnd() {
    long end = end();
    for (Transaction transaction : open) {
      end = Math.min(end, transaction.firsts().get(this));
    }
    return end;
  }

  LogEntry at(long offset) {
    return entries.get((int) offset);
  }

  void append(LogEntry entry) {
    if (entry.transaction() != null && entry.record() != null) {
      if (!entry.transaction().firsts().containsKey(this)) {
        open.add(entry.transaction());
      }
      entry.transaction().reaches(this, end());
    }
    entries.add(entry);
  }

  /** The transaction's marker: from here on it is no longer open. */
  void end(Transaction transaction) {
    open.remove(transaction);
    entries.add(new LogEntry(null, null, -1, null, transaction));
  }

  /** Reads so many records at most from there on; says where to go on. */
  long read(long from, int limit, List<ConsumerRecord<byte[], byte[]>> into) {
    long stable = stableEnd();
    long offset = from;
    while (offset < stable && into.size() < limit) {
      LogEntry entry = at(offset++);
      if (entry.visible()) {
        into.add(entry.record());
      }
    }
    return offset;
  }

  /** What lies before goes. */
  void truncate(long newStart) {
    start = Math.max(start, newStart);
  }
}
