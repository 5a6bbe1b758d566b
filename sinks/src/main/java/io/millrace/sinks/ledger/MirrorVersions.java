package io.millrace.sinks.ledger;

import static io.millrace.core.MillraceException.Category.PROTOCOL;
import static io.millrace.core.MillraceException.Category.TARGET;

import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.MirrorVersion;
import io.millrace.core.ledger.MirrorVersion.BucketRows;
import io.millrace.core.ledger.MirrorsView;
import io.millrace.core.ledger.StagedFile;
import io.millrace.sinks.ledger.LedgerKeys.Versions;
import io.millrace.sinks.store.ObjectKey;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.ObjectStore.Move;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The versions of mirrored tables. A version is created if absent, then its files get their final
 * names, then that is noted; the next one is created only behind that note. The files that it does
 * not share with those before it go once nobody is to read them any more.
 */
public final class MirrorVersions implements MirrorsView {
  private final ObjectStore store;
  private final LedgerKeys keys;
  private final String pipeline;
  private final Nonces nonces;
  private final InstantSource clock;
  private final Duration keepSuperseded;
  private final DenseNumbers numbers = new DenseNumbers();
  private final DenseNumbers publishedNumbers = new DenseNumbers();
  private final ConcurrentMap<StreamId, MirrorVersion> known = new ConcurrentHashMap<>();

  /** How far a stream's superseded files are removed. */
  private final ConcurrentMap<StreamId, Cleaning> cleanings = new ConcurrentHashMap<>();

  /** The version below which all was removed, and the one below which it is being removed. */
  private static final class Cleaning {
    private int done;
    private int to;
    private Instant since;

    Cleaning(int done) {
      this.done = done;
    }
  }

  MirrorVersions(
      ObjectStore store,
      LedgerKeys keys,
      String pipeline,
      Nonces nonces,
      InstantSource clock,
      Duration keepSuperseded) {
    this.store = store;
    this.keys = keys;
    this.pipeline = pipeline;
    this.nonces = nonces;
    this.clock = clock;
    this.keepSuperseded = keepSuperseded;
  }

  @Override
  public Optional<MirrorVersion> published(StreamId stream) {
    Versions versions = keys.versions(stream);
    int number = publishedUpTo(versions);
    return number == DenseNumbers.NONE ? Optional.empty() : Optional.of(read(versions, number));
  }

  /** Notes that the next version cannot be made, until somebody does something about it. */
  public void halt(StreamId stream, String reason) {
    Versions versions = keys.versions(stream);
    var halt =
        new MirrorDocument.Halt(stream, publishedUpTo(versions) + 1, reason, clock.instant());
    store.overwrite(versions.halted(), LedgerJson.write(halt));
  }

  @Override
  public Optional<String> halted(StreamId stream) {
    Versions versions = keys.versions(stream);
    int next = publishedUpTo(versions) + 1;
    return store
        .read(versions.halted())
        .map(
            json ->
                LedgerJson.read(MirrorDocument.Halt.class, json, store.location(versions.halted())))
        .filter(halt -> halt.number() == next)
        .map(MirrorDocument.Halt::reason);
  }

  @Override
  public List<String> files(MirrorVersion version) {
    return version.tables().map(StagedFile::path).map(store::location).toList();
  }

  /**
   * The newest version, for whoever makes the next: should somebody have died before its files were
   * published, that is done.
   */
  public Optional<MirrorVersion> resume(StreamId stream) {
    Versions versions = keys.versions(stream);
    int number = numbers.last(versions.folder(), k -> exists(versions.version(k)));
    if (number == DenseNumbers.NONE) {
      return Optional.empty();
    }
    MirrorVersion newest = read(versions, number);
    publish(versions, newest);
    return Optional.of(newest);
  }

  /**
   * Adds a version unless there is one of its number; says whether this one stands. Its files are
   * published then. If not, what was staged for it is deleted.
   *
   * @throws MillraceException (PROTOCOL) if it goes back behind the one before it
   */
  public boolean append(MirrorVersion next) {
    Versions versions = keys.versions(next.stream());
    Optional<MirrorVersion> previous =
        next.number() == 0 ? Optional.empty() : Optional.of(read(versions, next.number() - 1));
    requireLater(next, previous);
    requireKeys(versions, next);
    byte[] ours = LedgerJson.write(MirrorDocument.of(next, nonces.next()));
    if (!Arrays.equals(ours, store.claim(versions.version(next.number()), ours))) {
      store.delete(ownStaged(versions, next));
      return false;
    }
    known.put(next.stream(), next);
    publish(versions, next);
    return true;
  }

  private static void requireLater(MirrorVersion next, Optional<MirrorVersion> previous) {
    boolean later =
        previous.isEmpty()
            || previous.get().generation().id().compareTo(next.generation().id()) < 0
            || (previous.get().generation().equals(next.generation())
                && previous.get().asOf().position().compareTo(next.asOf().position()) <= 0);
    if (!later) {
      throw MillraceException.lasting(
          PROTOCOL,
          "Cannot add %s as of %s of %s: the one before it is as of %s of %s"
              .formatted(
                  next,
                  next.asOf().position(),
                  next.generation(),
                  previous.get().asOf().position(),
                  previous.get().generation()));
    }
  }

  private static void requireKeys(Versions versions, MirrorVersion next) {
    for (StagedFile file : next.buckets().stream().flatMap(BucketRows::files).toList()) {
      ObjectKey.require(file.path());
      if (!file.staged().startsWith(versions.staging() + "/")) {
        throw MillraceException.lasting(
            PROTOCOL,
            "Cannot add %s with the staged file %s: it must lie in %s to be swept"
                .formatted(next, file.staged(), versions.staging()));
      }
    }
  }

  /** What was staged for this version, and not taken over from the one before it. */
  private static List<String> ownStaged(Versions versions, MirrorVersion version) {
    return version.buckets().stream()
        .flatMap(BucketRows::files)
        .map(StagedFile::staged)
        .filter(staged -> versions.number(staged) == version.number())
        .toList();
  }

  private void publish(Versions versions, MirrorVersion version) {
    int number = version.number();
    if (publishedUpTo(versions) >= number) {
      return;
    }
    List<Move> moves =
        version.buckets().stream()
            .flatMap(BucketRows::files)
            .filter(file -> versions.number(file.staged()) == number)
            .map(file -> new Move(file.staged(), file.path()))
            .toList();
    List<Move> lost = store.move(moves);
    if (!lost.isEmpty() && publishedUpTo(versions) < number) {
      throw MillraceException.lasting(
          TARGET,
          "Cannot publish %s: %d of its %d files are gone, the first is %s; load the table anew into an empty target"
              .formatted(version, lost.size(), moves.size(), store.location(lost.get(0).from())));
    }
    store.claim(versions.published(number), note());
  }

  /**
   * Removes what versions have made superfluous whose time has come: the files of those before them
   * that are not theirs, staged ones first, since what is not staged any more cannot be moved by
   * somebody late; then, where a store can take in a move after its caller gave it up, once more.
   */
  public void clean(StreamId stream) {
    Versions versions = keys.versions(stream);
    int newest = publishedUpTo(versions);
    if (newest < 1) {
      return;
    }
    Cleaning cleaning =
        cleanings.computeIfAbsent(stream, any -> new Cleaning(cleanedUpTo(versions, newest)));
    Instant now = clock.instant();
    synchronized (cleaning) {
      if (cleaning.since == null) {
        cleaning.to = due(versions, cleaning.done, newest, now);
        if (cleaning.to == cleaning.done) {
          return;
        }
        cleaning.since = now;
        removeBetween(versions, cleaning.done, cleaning.to);
      }
      if (now.isBefore(cleaning.since.plus(store.longestRequest()))) {
        return;
      }
      if (!now.equals(cleaning.since)) {
        removeBetween(versions, cleaning.done, cleaning.to);
      }
      store.claim(versions.removed(cleaning.to), note());
      cleaning.done = cleaning.to;
      cleaning.since = null;
    }
  }

  /** The newest version below which all was removed; the first one, which has none below it. */
  private int cleanedUpTo(Versions versions, int newest) {
    int number = newest;
    while (number > 0 && !exists(versions.removed(number))) {
      number--;
    }
    return number;
  }

  /** The newest version that readers have had for as long as superseded files are kept. */
  private int due(Versions versions, int from, int newest, Instant now) {
    int number = from;
    while (number < newest
        && !now.isBefore(publishedAt(versions, number + 1).plus(keepSuperseded))) {
      number++;
    }
    return number;
  }

  /** A file that a version has dropped is in none after it. */
  private void removeBetween(Versions versions, int from, int to) {
    Set<String> kept = paths(versions, to).collect(Collectors.toSet());
    store.delete(
        store.list(versions.staging()).stream().filter(key -> versions.number(key) <= to).toList());
    for (int number = to - 1; number >= from; number--) {
      store.delete(paths(versions, number).filter(path -> !kept.contains(path)).toList());
    }
    store.sweep(versions.staging());
    store.sweep(versions.folder());
  }

  private Stream<String> paths(Versions versions, int number) {
    return read(versions, number).buckets().stream()
        .flatMap(BucketRows::files)
        .map(StagedFile::path);
  }

  /** Where a try at a version puts a file; the name is the try's alone. */
  public String staged(StreamId stream, int number, String name) {
    return keys.versions(stream).staged(number, name);
  }

  private int publishedUpTo(Versions versions) {
    return publishedNumbers.last(versions.folder(), k -> exists(versions.published(k)));
  }

  private Instant publishedAt(Versions versions, int number) {
    String key = versions.published(number);
    return LedgerJson.read(
            Document.Note.class, LedgerJson.standing(store, key), store.location(key))
        .at();
  }

  private MirrorVersion read(Versions versions, int number) {
    MirrorVersion last = known.get(versions.stream());
    if (last != null && last.number() == number) {
      return last;
    }
    String key = versions.version(number);
    byte[] json = LedgerJson.standing(store, key);
    MirrorVersion read =
        LedgerJson.read(MirrorDocument.class, json, store.location(key)).mirror(pipeline);
    known.merge(versions.stream(), read, (a, b) -> a.number() > b.number() ? a : b);
    return read;
  }

  private boolean exists(String key) {
    return store.read(key).isPresent();
  }

  private byte[] note() {
    return LedgerJson.write(new Document.Note(nonces.next(), clock.instant()));
  }
}
