package io.millrace.sinks.ledger;

import static io.millrace.core.MillraceException.Category.PROTOCOL;
import static io.millrace.core.MillraceException.Category.TARGET;

import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Cut;
import io.millrace.core.change.Position;
import io.millrace.core.ledger.ChangeChains;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.StagedFile;
import io.millrace.sinks.ledger.LedgerKeys.Chain;
import io.millrace.sinks.store.ObjectKey;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.ObjectStore.Move;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The chains of change streams. An entry is created if absent, then its files get their final
 * names, then that is noted; the next one is created only behind that note, so that at most one
 * entry of a chain is not published.
 */
final class ChangeLinks implements ChangeChains {
  private final ObjectStore store;
  private final LedgerKeys keys;
  private final String pipeline;
  private final Nonces nonces;
  private final InstantSource clock;
  private final DenseNumbers numbers = new DenseNumbers();
  private final DenseNumbers publishedNumbers = new DenseNumbers();
  private final ConcurrentMap<Bucket, ChangeEntry> newest = new ConcurrentHashMap<>();

  ChangeLinks(
      ObjectStore store, LedgerKeys keys, String pipeline, Nonces nonces, InstantSource clock) {
    this.store = store;
    this.keys = keys;
    this.pipeline = pipeline;
    this.nonces = nonces;
    this.clock = clock;
  }

  @Override
  public Optional<ChangeEntry> newest(Bucket bucket) {
    Chain chain = keys.chain(bucket);
    int number = numbers.last(chain.folder(), k -> exists(chain.entry(k)));
    if (number == DenseNumbers.NONE) {
      return Optional.empty();
    }
    ChangeEntry known = newest.get(bucket);
    if (known == null || known.cut().number() != number) {
      known = read(chain, number);
      requireSame(known.cut().bucket(), bucket);
      newest.put(bucket, known);
    }
    return Optional.of(known);
  }

  private void requireSame(Bucket standing, Bucket asked) {
    if (!standing.equals(asked)) {
      throw MillraceException.lasting(
          PROTOCOL,
          "Cannot load %s, whose generation is %s: the ledger knows it as %s; what a generation is never changes, begin a new one"
              .formatted(asked, asked.generation(), standing.generation()));
    }
  }

  @Override
  public Optional<ChangeEntry> resume(Bucket bucket) {
    Optional<ChangeEntry> found = newest(bucket);
    found.ifPresent(this::publish);
    Chain chain = keys.chain(bucket);
    store.sweep(chain.staging());
    store.sweep(chain.folder());
    return found;
  }

  /** A try of a number whose entry is published comes too late, whoever made it. */
  @Override
  public void sweep() {
    store.delete(
        store.list(keys.stagedChanges()).stream()
            .filter(key -> exists(keys.publishedFor(key)))
            .toList());
  }

  @Override
  public boolean append(ChangeEntry entry) {
    Bucket bucket = entry.cut().bucket();
    Chain chain = keys.chain(bucket);
    int number = entry.cut().number();
    requireNext(entry, number == 0 ? Optional.empty() : Optional.of(previous(chain, number)));
    for (StagedFile file : entry.staged().files()) {
      ObjectKey.require(file.path());
      if (!file.staged().startsWith(chain.staging() + "/" + number + "-")) {
        throw MillraceException.lasting(
            PROTOCOL,
            "Cannot add %s with the staged file %s: it must lie in %s to be swept"
                .formatted(entry.cut(), file.staged(), chain.staging()));
      }
    }
    byte[] ours = LedgerJson.write(ChangeDocument.of(entry));
    if (!Arrays.equals(ours, store.claim(chain.entry(number), ours))) {
      return false;
    }
    newest.put(bucket, entry);
    publish(entry);
    return true;
  }

  /** The entry before, published. */
  private ChangeEntry previous(Chain chain, int number) {
    ChangeEntry known = newest.get(chain.bucket());
    ChangeEntry previous =
        known != null && known.cut().number() == number - 1 ? known : read(chain, number - 1);
    publish(previous);
    return previous;
  }

  private static void requireNext(ChangeEntry entry, Optional<ChangeEntry> previous) {
    Position end = previous.map(before -> before.reach().last()).orElse(Position.START);
    ChangeEntry.Reach reach = entry.reach();
    if (!reach.after().equals(end) || reach.last().compareTo(end) < 0) {
      throw MillraceException.lasting(
          PROTOCOL,
          "Cannot add %s with the changes from %s to %s: the chain ends at %s"
              .formatted(entry.cut(), reach.after(), reach.last(), end));
    }
  }

  private void publish(ChangeEntry entry) {
    Chain chain = keys.chain(entry.cut().bucket());
    int number = entry.cut().number();
    if (publishedUpTo(chain) >= number) {
      return;
    }
    List<Move> moves =
        entry.staged().files().stream().map(file -> new Move(file.staged(), file.path())).toList();
    List<Move> lost = store.move(moves);
    if (!lost.isEmpty() && publishedUpTo(chain) < number) {
      throw MillraceException.lasting(
          TARGET,
          "Cannot publish %s: %d of its %d files are gone, the first is %s; load the changes anew into an empty target"
              .formatted(
                  entry.cut(), lost.size(), moves.size(), store.location(lost.get(0).from())));
    }
    var note = new Document.Note(nonces.next(), clock.instant());
    store.claim(chain.published(number), LedgerJson.write(note));
  }

  private int publishedUpTo(Chain chain) {
    return publishedNumbers.last(chain.folder(), k -> exists(chain.published(k)));
  }

  @Override
  public List<Bucket> buckets(StreamId stream) {
    return store.list(keys.chains(stream)).stream()
        .filter(keys::isFirstLink)
        .map(key -> entry(key).cut().bucket())
        .sorted(Bucket.ORDER)
        .toList();
  }

  @Override
  public List<ChangeEntry> published(Bucket bucket) {
    Chain chain = keys.chain(bucket);
    return IntStream.rangeClosed(0, publishedUpTo(chain)).mapToObj(k -> read(chain, k)).toList();
  }

  /** Looks for the first of them by bisecting: positions rise from entry to entry. */
  @Override
  public List<ChangeEntry> published(Bucket bucket, Position behind) {
    Chain chain = keys.chain(bucket);
    int end = publishedUpTo(chain);
    int first = 0;
    for (int above = end; first <= above; ) {
      int middle = (first + above) >>> 1;
      if (read(chain, middle).reach().last().compareTo(behind) > 0) {
        above = middle - 1;
      } else {
        first = middle + 1;
      }
    }
    return IntStream.rangeClosed(first, end).mapToObj(k -> read(chain, k)).toList();
  }

  @Override
  public void halt(ChangeEntry gap) {
    store.overwrite(
        keys.gap(gap.cut().bucket(), gap.cut().number()), LedgerJson.write(ChangeDocument.of(gap)));
  }

  /** A note counts as long as the chain ends where it says. */
  @Override
  public List<ChangeEntry> halted(StreamId stream) {
    return noted(stream)
        .filter(
            gap -> {
              Position end =
                  newest(gap.cut().bucket())
                      .filter(newest -> newest.cut().number() == gap.cut().number() - 1)
                      .map(newest -> newest.reach().last())
                      .orElse(gap.cut().number() == 0 ? Position.START : null);
              return gap.reach().after().equals(end) && entryOf(gap).isEmpty();
            })
        .toList();
  }

  @Override
  public List<ChangeEntry> gaps(StreamId stream) {
    return noted(stream)
        .flatMap(gap -> entryOf(gap).stream())
        .filter(entry -> entry.gap().isPresent())
        .toList();
  }

  private Stream<ChangeEntry> noted(StreamId stream) {
    return store.list(keys.gaps(stream)).stream()
        .map(this::entry)
        .sorted(
            Comparator.comparing((ChangeEntry gap) -> gap.cut().bucket(), Bucket.ORDER)
                .thenComparing(gap -> gap.cut().number()));
  }

  /** The entry that stands where this one was to stand. */
  private Optional<ChangeEntry> entryOf(ChangeEntry gap) {
    Chain chain = keys.chain(gap.cut().bucket());
    String key = chain.entry(gap.cut().number());
    return exists(key) ? Optional.of(entry(key)) : Optional.empty();
  }

  @Override
  public List<String> files(ChangeEntry entry) {
    return entry.staged().files().stream().map(StagedFile::path).map(store::location).toList();
  }

  /** The streams that have a chain, or lack something before their first. */
  List<StreamId> streams() {
    Stream<StreamId> begun =
        store.list(keys.chains()).stream()
            .filter(keys::isFirstLink)
            .map(key -> keys.streamOfLink(keys.chains(), key));
    Stream<StreamId> lacking =
        store.list(keys.gaps()).stream().map(key -> keys.streamOfLink(keys.gaps(), key));
    return Stream.concat(begun, lacking).distinct().toList();
  }

  /** Where a staging try of a cut puts its file. */
  String staged(Cut cut, String writer) {
    return keys.chain(cut.bucket()).staged(cut.number(), writer);
  }

  private ChangeEntry read(Chain chain, int number) {
    return entry(chain.entry(number));
  }

  private ChangeEntry entry(String key) {
    byte[] json = LedgerJson.standing(store, key);
    return LedgerJson.read(ChangeDocument.class, json, store.location(key)).entry(pipeline);
  }

  private boolean exists(String key) {
    return store.read(key).isPresent();
  }
}
