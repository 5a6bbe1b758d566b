package io.millrace.sinks.ledger;

import io.millrace.core.Nonces;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.RunHead;
import io.millrace.sinks.ledger.LedgerKeys.Run;
import io.millrace.sinks.store.ObjectStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** The heads of runs, and what was noted about them. */
final class RunHeads {
  private final ObjectStore store;
  private final LedgerKeys keys;
  private final String pipeline;
  private final Nonces nonces;
  private final InstantSource clock;
  private final DenseNumbers heads = new DenseNumbers();
  private final DenseNumbers published = new DenseNumbers();
  private final ConcurrentMap<Run, RunHead> newest = new ConcurrentHashMap<>();

  RunHeads(
      ObjectStore store, LedgerKeys keys, String pipeline, Nonces nonces, InstantSource clock) {
    this.store = store;
    this.keys = keys;
    this.pipeline = pipeline;
    this.nonces = nonces;
    this.clock = clock;
  }

  /** The head with the highest number. */
  Optional<RunHead> newest(Run run) {
    int number = heads.last(run.folder(), k -> exists(run.head(k)));
    if (number == DenseNumbers.NONE) {
      return Optional.empty();
    }
    RunHead known = newest.get(run);
    if (known == null || known.number() != number) {
      known = read(run, number);
      newest.put(run, known);
    }
    return Optional.of(known);
  }

  /** A head that is known to exist. */
  RunHead read(Run run, int number) {
    return head(run.head(number));
  }

  /** Makes this plan the run's next head unless another took the number; look again who did. */
  void create(Run run, RunHead head) {
    store.claim(
        run.head(head.number()),
        LedgerJson.write(Document.Head.of(head, nonces.next(), clock.instant())));
  }

  /** Number of the newest head whose files have their final names, or {@link DenseNumbers#NONE}. */
  int published(Run run) {
    return published.last(run.folder(), k -> exists(run.published(k)));
  }

  /** When a published head was noted as such, by the clock of whoever did. */
  Instant publishedAt(Run run, int number) {
    String key = run.published(number);
    return LedgerJson.read(
            Document.Note.class, LedgerJson.standing(store, key), store.location(key))
        .at();
  }

  void notePublished(Run run, int number) {
    store.claim(run.published(number), note());
  }

  /** Whether no file of a plan below this head is left. */
  boolean removed(Run run, int number) {
    return exists(run.removed(number));
  }

  void noteRemoved(Run run, int number) {
    store.claim(run.removed(number), note());
  }

  /** The streams that have a run with a head, in order. */
  List<StreamId> streams() {
    return store.list(keys.runs()).stream()
        .filter(keys::isFirstHead)
        .map(keys::streamOfFirstHead)
        .distinct()
        .toList();
  }

  /** The runs of a stream that have a head, in order of their names. */
  List<RunId> runs(StreamId stream) {
    return store.list(keys.runs(stream)).stream()
        .filter(keys::isFirstHead)
        .map(key -> keys.runOfFirstHead(stream, key).orElseGet(() -> head(key).plan().run()))
        .toList();
  }

  private RunHead head(String key) {
    return LedgerJson.read(
            Document.Head.class, LedgerJson.standing(store, key), store.location(key))
        .runHead(pipeline);
  }

  private byte[] note() {
    return LedgerJson.write(new Document.Note(nonces.next(), clock.instant()));
  }

  private boolean exists(String key) {
    return store.read(key).isPresent();
  }
}
