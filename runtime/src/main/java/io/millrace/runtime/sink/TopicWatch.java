package io.millrace.runtime.sink;

import java.time.Duration;
import java.time.InstantSource;

/**
 * Asks every now and then whether the lanes' topics are still those they began with: to a consumer
 * one that was deleted and made again is the same, whose records it reads from where it was.
 */
final class TopicWatch {
  private static final Duration EVERY = Duration.ofSeconds(5);

  private final TopicIds topicIds;
  private final Lanes lanes;
  private final Inbox inbox;
  private final InstantSource clock;
  private long next;

  TopicWatch(TopicIds topicIds, Lanes lanes, Inbox inbox, InstantSource clock) {
    this.topicIds = topicIds;
    this.lanes = lanes;
    this.inbox = inbox;
    this.clock = clock;
    this.next = clock.millis() + EVERY.toMillis();
  }

  /** Asks if it is time to; never waits. */
  void look() {
    if (clock.millis() >= next) {
      next = clock.millis() + EVERY.toMillis();
      topicIds.ask(lanes.topics(), (topic, id) -> inbox.post(() -> lanes.identified(topic, id)));
    }
  }
}
