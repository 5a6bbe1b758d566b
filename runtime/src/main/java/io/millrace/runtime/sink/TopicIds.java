package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.errors.RetriableException;

/** Asks Kafka for the ids of topics. */
final class TopicIds implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Admin admin;

  TopicIds(Admin admin) {
    this.admin = admin;
  }

  /**
   * The id of each topic.
   *
   * @throws MillraceException (KAFKA) if there is no such topic, or no answer
   */
  Map<String, String> of(Collection<String> topics) {
    try {
      var ids = new HashMap<String, String>();
      admin
          .describeTopics(TopicCollection.ofTopicNames(topics))
          .allTopicNames()
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .forEach((name, topic) -> ids.put(name, topic.topicId().toString()));
      return ids;
    } catch (ExecutionException e) {
      String message =
          "Cannot describe the topics %s: %s".formatted(topics, e.getCause().getMessage());
      throw e.getCause() instanceof RetriableException
          ? MillraceException.passing(MillraceException.Category.KAFKA, message, e)
          : MillraceException.lasting(MillraceException.Category.KAFKA, message, e);
    } catch (TimeoutException e) {
      throw MillraceException.passing(
          MillraceException.Category.KAFKA,
          "Cannot describe the topics %s: no answer within %s".formatted(topics, PATIENCE),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw MillraceException.lasting(
          MillraceException.Category.KAFKA, "Interrupted while describing topics", e);
    }
  }

  /** Asks for the id of each topic; tells those that it hears, on another thread. */
  void ask(Collection<String> topics, BiConsumer<String, String> answer) {
    for (var described :
        admin.describeTopics(TopicCollection.ofTopicNames(topics)).topicNameValues().values()) {
      var unused =
          described.whenComplete(
              (topic, failure) -> {
                if (failure == null) {
                  answer.accept(topic.name(), topic.topicId().toString());
                }
              });
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
