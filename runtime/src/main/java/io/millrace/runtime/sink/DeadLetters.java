package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.wire.AttemptChecksum;
import io.millrace.core.wire.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Copies records that the sink cannot use to the pipeline's topic for them, one after the other on
 * a thread of its own, each until the broker has it: a broker that refuses letters delays the
 * group's offsets and nothing else. What is queued is where a record lies, not the record. A letter
 * may be written twice; it names its record, so that readers need not count it twice.
 */
final class DeadLetters implements LaneLetters.Writer {
  /** Broker and network answer sooner, or something is wrong that people should hear of. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** Below what the brokers take that we know; the topic's own limit is lower. */
  private static final int LARGEST_REQUEST = 31 << 20;

  /** About what a letter in the queue takes of the heap. */
  private static final int QUEUED_BYTES = 1_000;

  private final SinkSettings settings;
  private final MemoryBudget budget;
  private final InstantSource clock;
  private final Retries retries;
  private final Failures failures;
  private final SinkEvents events;
  private final ExecutorService thread;
  private final LogRecords log;
  private volatile boolean stopping;
  private KafkaProducer<byte[], byte[]> producer;

  /** Connects when there is a letter to write. */
  DeadLetters(
      SinkSettings settings,
      MemoryBudget budget,
      InstantSource clock,
      Retries retries,
      Failures failures,
      SinkEvents events) {
    this.settings = settings;
    this.budget = budget;
    this.clock = clock;
    this.retries = retries;
    this.failures = failures;
    this.events = events;
    this.log =
        new LogRecords(() -> new KafkaConsumer<>(ConsumerProperties.forReading(settings, budget)));
    this.thread =
        Executors.newSingleThreadExecutor(new DaemonThreads(settings.group() + "-dead-letters"));
  }

  @Override
  public void write(
      LanePlace place, long offset, String reason, BooleanSupplier wanted, Runnable written) {
    if (stopping) {
      return; // it is still behind the group's offset: whoever reads it next writes the letter
    }
    budget.takeMemory(QUEUED_BYTES);
    thread.execute(
        () -> {
          try {
            String what = "write the dead letter of %s offset %d".formatted(place, offset);
            retries.untilAnswered(
                what,
                () -> {
                  if (stopping || !wanted.getAsBoolean()) {
                    throw new CancellationException("Nobody waits for the letter");
                  }
                  copy(place, offset, reason);
                  return what;
                });
            written.run();
          } catch (CancellationException e) {
            // As above.
          } catch (Throwable e) {
            failures.lasting(e);
          } finally {
            budget.returnMemory(QUEUED_BYTES);
          }
        });
  }

  private void copy(LanePlace place, long offset, String reason) {
    try {
      Optional<ConsumerRecord<byte[], byte[]>> record = log.at(place.topicPartition(), offset);
      if (record.isPresent()) { // else the log has dropped it, and there is nothing left to keep
        send(record.get(), reason);
        events.deadLetterWritten(place.topic(), place.partition(), offset);
      }
    } catch (KafkaException e) {
      disconnect();
      throw refused(e.getMessage(), e);
    } catch (TimeoutException e) {
      disconnect();
      throw refused("no answer within %d s".formatted(PATIENCE.toSeconds()), e);
    }
  }

  private MillraceException refused(String reason, Exception cause) {
    return MillraceException.passing(
        MillraceException.Category.KAFKA,
        "Cannot write to topic %s, and the group's offset waits for it: %s"
            .formatted(settings.deadLetters(), reason),
        cause);
  }

  /** The record as it is; if that is too large without its value, and at last where it lies. */
  private void send(ConsumerRecord<byte[], byte[]> record, String reason) throws TimeoutException {
    DeadLetter whole = letter(record, reason, Optional.empty());
    if (fits(record, record.key(), record.headers(), record.value(), whole)) {
      return;
    }
    byte[] value = record.value() == null ? new byte[0] : record.value();
    var omitted = new DeadLetter.Omitted(value.length, AttemptChecksum.of(ByteBuffer.wrap(value)));
    DeadLetter shorter = letter(record, reason, Optional.of(omitted));
    if (!fits(record, record.key(), record.headers(), null, shorter)
        && !fits(record, null, new RecordHeaders(), null, shorter)) {
      throw new KafkaException("it takes no records of a few hundred bytes");
    }
  }

  private DeadLetter letter(
      ConsumerRecord<?, ?> record, String reason, Optional<DeadLetter.Omitted> omitted) {
    return new DeadLetter(
        record.topic(),
        record.partition(),
        record.offset(),
        settings.sink(),
        clock.instant(),
        reason,
        omitted);
  }

  /** Sends a letter and waits for the answer: false if it is too large. */
  private boolean fits(
      ConsumerRecord<?, ?> origin, byte[] key, Headers headers, byte[] value, DeadLetter letter)
      throws TimeoutException {
    Long timestamp = origin.timestamp() < 0 ? null : origin.timestamp();
    var record =
        new ProducerRecord<>(
            settings.deadLetters(), /* partition= */ null, timestamp, key, value, headers);
    letter
        .headers()
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    try {
      connected().send(record).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RecordTooLargeException) {
        return false;
      }
      throw new KafkaException(e.getCause().getMessage(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("The sink is being stopped");
    }
  }

  private KafkaProducer<byte[], byte[]> connected() {
    if (producer == null) {
      var properties = new HashMap<>(settings.kafka());
      properties.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
      properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_REQUEST);
      properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
      properties.put(ProducerConfig.ACKS_CONFIG, "all");
      properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
      producer =
          new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }
    return producer;
  }

  private void disconnect() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
    log.close();
  }

  /** Lets letters be written for a while; the others are left to whoever comes next. */
  void stop(Duration patience) {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        stopping = true;
        thread.shutdownNow().forEach(Runnable::run);
        thread.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
      }
      if (thread.isTerminated()) {
        disconnect();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
    stopping = true;
  }
}
