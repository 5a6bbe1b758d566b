package io.millrace.sinks.ledger;

import io.millrace.core.Nonces;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.ledger.Replay;
import io.millrace.sinks.store.ObjectStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The numbers of replays, dense from 1, and what each was taken for. */
final class Replays {
  private static final String SERIES = "replays";

  private final ObjectStore store;
  private final LedgerKeys keys;
  private final Nonces nonces;
  private final InstantSource clock;
  private final DenseNumbers numbers = new DenseNumbers();

  Replays(ObjectStore store, LedgerKeys keys, Nonces nonces, InstantSource clock) {
    this.store = store;
    this.keys = keys;
    this.nonces = nonces;
    this.clock = clock;
  }

  /**
   * The newest replay if it is not finished and is this one, else a new one. An older one is not
   * gone on with: its plans are earlier than those of the replays after it.
   */
  Replay claim(String selection, String fingerprint, List<LogSpan> range) {
    while (true) {
      int number = last();
      if (number > 0 && !isDone(number)) {
        Optional<Replay> same =
            read(number)
                .filter(
                    newest ->
                        newest.selection().equals(selection)
                            && newest.fingerprint().equals(fingerprint)
                            && topics(newest.range()).equals(topics(range)));
        if (same.isPresent()) {
          return same.get();
        }
      }
      var next = new Replay(number + 1, selection, fingerprint, range, clock.instant());
      // Whoever loses the number looks again: the winner may have taken it for the same.
      store.claim(
          keys.replay(next.number()),
          LedgerJson.write(Document.ReplayClaim.of(next, nonces.next())));
    }
  }

  private static Set<String> topics(List<LogSpan> range) {
    return range.stream().map(LogSpan::topicId).collect(Collectors.toSet());
  }

  /** Notes that it is finished; those before it with the same selection are of no use any more. */
  void finish(Replay replay) {
    unfinished().stream()
        .filter(
            other ->
                other.number() == replay.number()
                    || (other.number() < replay.number()
                        && other.selection().equals(replay.selection())))
        .forEach(
            other ->
                store.claim(
                    keys.replayDone(other.number()),
                    LedgerJson.write(new Document.Note(nonces.next(), clock.instant()))));
  }

  /** Those that are not finished, in order of their numbers. */
  List<Replay> unfinished() {
    var unfinished = new ArrayList<Replay>();
    for (int number = 1; number <= last(); number++) {
      if (!isDone(number)) {
        read(number).ifPresent(unfinished::add);
      }
    }
    return unfinished;
  }

  /** The last number taken; 0 if none is. */
  private int last() {
    return numbers.last(SERIES, k -> exists(keys.replay(k + 1))) + 1;
  }

  private boolean isDone(int number) {
    return exists(keys.replayDone(number));
  }

  private Optional<Replay> read(int number) {
    String key = keys.replay(number);
    return store
        .read(key)
        .map(
            json ->
                LedgerJson.read(Document.ReplayClaim.class, json, store.location(key)).replay());
  }

  private boolean exists(String key) {
    return store.read(key).isPresent();
  }
}
