package io.millrace.sinks.mirror.build;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Nonces;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Generation;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.change.SnapshotPoint;
import io.millrace.core.ledger.ChangeChainsView;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.MirrorVersion;
import io.millrace.core.ledger.MirrorVersion.AsOf;
import io.millrace.core.ledger.MirrorVersion.BucketRows;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.options.Durations;
import io.millrace.core.stage.Mirror;
import io.millrace.core.stage.MirrorContext;
import io.millrace.core.stage.Transform;
import io.millrace.core.wire.BatchStreamReader;
import io.millrace.core.wire.BatchStreamWriter;
import io.millrace.sinks.ledger.FoldedChanges;
import io.millrace.sinks.ledger.MirrorVersions;
import io.millrace.sinks.ledger.StoreLedger;
import io.millrace.sinks.mirror.MirrorChanges;
import io.millrace.sinks.mirror.MirrorFold;
import io.millrace.sinks.mirror.build.Snapshots.Snapshot;
import io.millrace.sinks.mirror.build.StagedBucket.Form;
import io.millrace.sinks.mirror.build.StagedBucket.Place;
import io.millrace.sinks.mirror.vector.BatchLimits;
import io.millrace.sinks.parquet.ParquetOptions;
import io.millrace.sinks.store.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Makes version after version: first the rows of the snapshot alone, as of its point; then, when
 * all buckets have passed the end of a run, those of the version before and the changes since. A
 * later snapshot takes the place of the rows before it.
 */
public final class MirrorBuilder implements Mirror {
  /** The run that a mirror's files are named after. */
  public static final RunId RUN = new RunId("mirror");

  /** Files take several times their length when they are read: of the memory, for files. */
  private static final int FILES_SHARE = 8;

  private static final long FEWEST_BYTES = 1 << 16;

  /** Gives files for readers their final place. */
  @FunctionalInterface
  public interface Tables {
    /** The key of a file in the unit's folder. */
    String key(Unit unit, String file);
  }

  /**
   * Where and how files are written.
   *
   * @param store holds them
   * @param ledger knows them
   * @param folded the changes that are in the newest version
   * @param tables names those for readers
   * @param options of those
   * @param nonces tell tries apart
   * @param fingerprint of the options
   */
  public record Target(
      ObjectStore store,
      StoreLedger ledger,
      FoldedChanges folded,
      Tables tables,
      ParquetOptions options,
      Nonces nonces,
      String fingerprint) {}

  /**
   * What a version is to be made of.
   *
   * @param number the version's
   * @param base the snapshot that it goes back to
   * @param generation of the changes
   * @param start where the rows stand that changes are folded into
   * @param keptOrNull whose files go on to hold for buckets that do not change; null if all are
   *     written
   */
  private record Step(
      int number, PlannedRun base, Generation generation, AsOf start, MirrorVersion keptOrNull) {
    Step from(AsOf place) {
      return new Step(number, base, generation, place, keptOrNull);
    }
  }

  private final Target target;
  private final MirrorContext context;
  private final MirrorVersions versions;
  private final ChangeChainsView chains;
  private final Snapshots snapshots;
  private final String fingerprint;

  /** Nothing is read yet. */
  public MirrorBuilder(Target target, MirrorContext context) {
    this.target = target;
    this.context = context;
    this.versions = target.ledger().mirrors();
    this.chains = target.ledger().chains();
    this.snapshots = new Snapshots(target.ledger());
    this.fingerprint =
        context.fingerprint().isEmpty()
            ? target.fingerprint()
            : context.fingerprint() + "-" + target.fingerprint();
  }

  @Override
  public Optional<MirrorVersion> advance(StreamId stream) {
    Optional<MirrorVersion> newest = versions.resume(stream);
    versions.clean(stream);
    newest.ifPresent(target.folded()::clean);
    try {
      return next(stream, newest);
    } catch (MillraceException e) {
      if (!e.retriable()) {
        versions.halt(stream, e.getMessage());
      }
      throw e;
    }
  }

  private Optional<MirrorVersion> next(StreamId stream, Optional<MirrorVersion> newest) {
    try {
      Optional<Snapshot> snapshot = snapshots.newest(stream).filter(found -> isNew(found, newest));
      if (snapshot.isPresent()) {
        return begin(snapshot.get(), newest);
      }
      return newest.isPresent() ? goOn(newest.get()) : Optional.empty();
    } catch (OutOfMemoryException e) {
      throw tooLittle(stream, e);
    } catch (IOException e) {
      throw MillraceException.passing(
          Category.TARGET, "Cannot mirror %s: %s".formatted(stream, e.getMessage()), e);
    }
  }

  /** Others give memory back in a moment; if there are none, nothing will change. */
  private MillraceException tooLittle(StreamId stream, OutOfMemoryException e) {
    BufferAllocator memory = context.memory();
    String message =
        "Cannot mirror %s within %d MiB for vectors: raise --memory"
            .formatted(stream, memory.getLimit() >> 20);
    return memory.getAllocatedMemory() > 0
        ? MillraceException.passing(Category.TARGET, message, e)
        : MillraceException.lasting(Category.CONFIGURATION, message, e);
  }

  private static boolean isNew(Snapshot snapshot, Optional<MirrorVersion> newest) {
    return newest.isEmpty()
        || (!newest.get().base().equals(snapshot.plan())
            && newest.get().generation().id().compareTo(snapshot.point().generation()) <= 0);
  }

  /**
   * A snapshot's rows as of its point, or, if readers have seen later ones, as of these. Until the
   * first change of the generation is loaded nobody knows its buckets.
   */
  private Optional<MirrorVersion> begin(Snapshot snapshot, Optional<MirrorVersion> newest)
      throws IOException {
    StreamId stream = snapshot.plan().stream();
    SnapshotPoint point = snapshot.point();
    Optional<MirrorVersion> earlier =
        newest.filter(version -> version.generation().id().equals(point.generation()));
    Optional<Generation> generation =
        earlier.map(MirrorVersion::generation).or(() -> generation(stream, point));
    if (generation.isEmpty()) {
      return Optional.empty();
    }
    Optional<AsOf> seen =
        earlier
            .map(MirrorVersion::asOf)
            .filter(asOf -> asOf.position().compareTo(point.position()) > 0);
    Optional<Progress> progress =
        seen.map(AsOf::progress).or(() -> progress(stream, generation.get(), point.position()));
    if (progress.isEmpty()) {
      return Optional.empty();
    }
    var start = new AsOf(point.position(), progress.get());
    var step =
        new Step(
            newest.map(version -> version.number() + 1).orElse(0),
            snapshot.plan(),
            generation.get(),
            start,
            null);
    ScratchRows rows =
        SplitSnapshot.of(
            target.store(), snapshot, generation.get(), context.scratch(), context.memory());
    if (seen.isPresent()) {
      return catchUp(step, rows, newest.get(), seen.get());
    }
    try (rows) {
      return fold(step, rows, ChangeRange.none(generation.get(), start), start);
    }
  }

  private ChangeRange behind(Step step) {
    return ChangeRange.behind(chains, step.base().stream(), step.generation(), step.start());
  }

  /**
   * A version as of the place that readers have seen, from a snapshot before it. The changes
   * between may be more than memory has room for at once: then they are folded in steps, and the
   * rows between are nobody's.
   *
   * @param snapshot is closed
   */
  private Optional<MirrorVersion> catchUp(
      Step begun, ScratchRows snapshot, MirrorVersion newest, AsOf seen) throws IOException {
    ScratchRows rows = snapshot;
    try {
      Step step = begun;
      ChangeRange range = behind(step);
      requireKept(range, step, newest);
      long bytes = context.memory().getLimit() / FILES_SHARE;
      while (true) {
        AsOf end =
            range
                .end(bytes)
                .filter(before -> before.position().compareTo(seen.position()) < 0)
                .orElse(seen);
        try {
          if (end.equals(seen)) {
            return fold(step, rows, range, seen);
          }
          ScratchRows further = further(step, rows, range, end);
          rows.close();
          rows = further;
          step = step.from(end);
          range = behind(step);
        } catch (MillraceException | OutOfMemoryException e) {
          if (!isTooMuch(e) || bytes < FEWEST_BYTES) {
            throw e;
          }
          bytes /= 2;
        }
      }
    } finally {
      rows.close();
    }
  }

  /** Rows as of a later place. */
  private ScratchRows further(Step step, BaseRows rows, ChangeRange range, AsOf end)
      throws IOException {
    try (var changes =
            new MirrorChanges(step.base().stream(), step.generation(), step.start().position());
        MirrorFold fold = fold(step, rows, range, end, changes)) {
      return ScratchRows.filled(
          context.scratch(),
          outputs -> {
            for (int bucket = 0; bucket < step.generation().buckets(); bucket++) {
              try (OutputStream out = outputs.create(bucket)) {
                var writer = new BatchStreamWriter(out, fold.schema());
                fold.write(bucket, writer::write);
                writer.finish();
              }
            }
            return fold.schema();
          });
    }
  }

  /** The changes behind a snapshot that was read before the newest version. */
  private void requireKept(ChangeRange range, Step step, MirrorVersion newest) {
    StreamId stream = newest.stream();
    if (range.all().anyMatch(entry -> target.folded().maybeRemoved(entry, newest))) {
      throw MillraceException.data(
          "Cannot mirror %s from %s: it was read before %s, and changes behind that are kept for %s (keep_changes); read the table again with millrace resnapshot, and let keep_changes be longer than that takes"
              .formatted(
                  stream,
                  step.base(),
                  step.start().progress().latestCommit(),
                  Durations.text(target.folded().keep())));
    }
  }

  private Optional<Generation> generation(StreamId stream, SnapshotPoint point) {
    return chains.buckets(stream).stream()
        .map(Bucket::generation)
        .filter(generation -> generation.id().equals(point.generation()))
        .findFirst();
  }

  /**
   * How far commit times have come at a place. A run's end makes an entry in every bucket, so that
   * the run of any bucket's next rows is that of the place; without any rows, it is the one that
   * the next entries end in, which is as good since they change nothing.
   */
  private Optional<Progress> progress(StreamId stream, Generation generation, Position at) {
    var next = new ArrayList<ChangeEntry>();
    for (int number = 0; number < generation.buckets(); number++) {
      chains.published(new Bucket(stream, generation, number), at).stream()
          .findFirst()
          .ifPresent(next::add);
    }
    return next.stream()
        .filter(entry -> entry.reach().rows() > 0 || next.size() == generation.buckets())
        .max(Comparator.comparingLong(entry -> entry.reach().rows()))
        .map(entry -> new Progress(entry.cut().run(), entry.reach().progress().latestCommit()));
  }

  private Optional<MirrorVersion> goOn(MirrorVersion newest) throws IOException {
    StreamId stream = newest.stream();
    Generation generation = newest.generation();
    if (!allPassed(stream, generation, newest.asOf().progress().run())) {
      return Optional.empty();
    }
    var step =
        new Step(
            newest.number() + 1,
            newest.base(),
            generation,
            newest.asOf(),
            newest.fingerprint().equals(fingerprint) ? newest : null);
    ChangeRange range = behind(step);
    long bytes = context.memory().getLimit() / FILES_SHARE;
    Optional<AsOf> end = range.end(bytes);
    while (end.isPresent()) {
      try (BaseRows rows = new VersionRows(target.store(), newest, context.memory())) {
        return fold(step, rows, range, end.get());
      } catch (MillraceException | OutOfMemoryException e) {
        if (!isTooMuch(e) || bytes < FEWEST_BYTES) {
          throw e;
        }
        bytes /= 2;
        end = range.end(bytes);
      }
    }
    return Optional.empty();
  }

  private boolean allPassed(StreamId stream, Generation generation, RunId open) {
    for (int number = 0; number < generation.buckets(); number++) {
      Optional<ChangeEntry> last = chains.newest(new Bucket(stream, generation, number));
      if (last.isEmpty() || last.get().reach().progress().run().equals(open)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isTooMuch(RuntimeException e) {
    return e instanceof OutOfMemoryException || e.getCause() instanceof OutOfMemoryException;
  }

  /** Makes the version as of a place, from rows as of another and the changes between. */
  private Optional<MirrorVersion> fold(Step step, BaseRows rows, ChangeRange range, AsOf end)
      throws IOException {
    StreamId stream = step.base().stream();
    var staged = new ArrayList<BucketRows>();
    boolean handedOver = false;
    try (var changes = new MirrorChanges(stream, step.generation(), step.start().position());
        MirrorFold fold = fold(step, rows, range, end, changes)) {
      var next = new ArrayList<BucketRows>();
      BitSet touched = fold.touched();
      String writer = target.nonces().next();
      List<Transform> transforms = context.transforms().apply(fold.schema());
      for (int bucket = 0; bucket < step.generation().buckets(); bucket++) {
        if (step.keptOrNull() == null || touched.get(bucket)) {
          staged.add(write(step, fold, transforms, bucket, writer));
          next.add(staged.get(staged.size() - 1));
        } else {
          next.add(step.keptOrNull().buckets().get(bucket));
        }
      }
      handedOver = true;
      var version =
          new MirrorVersion(
              stream, step.number(), step.base(), step.generation(), end, next, fingerprint);
      return versions.append(version) ? Optional.of(version) : versions.resume(stream);
    } finally {
      if (!handedOver) {
        target
            .store()
            .delete(staged.stream().flatMap(BucketRows::files).map(StagedFile::staged).toList());
      }
    }
  }

  private MirrorFold fold(
      Step step, BaseRows rows, ChangeRange range, AsOf end, MirrorChanges changes)
      throws IOException {
    BufferAllocator memory = context.memory();
    for (int bucket = 0; bucket < step.generation().buckets(); bucket++) {
      for (ChangeEntry entry : range.entries(bucket, end.position())) {
        requireWhole(entry);
        for (StagedFile file : entry.staged().files()) {
          try (var reader = new BatchStreamReader(target.store().open(file.path()), memory)) {
            for (Optional<VectorSchemaRoot> batch = reader.next();
                batch.isPresent();
                batch = reader.next()) {
              changes.add(bucket, batch.get(), end.position());
            }
          }
        }
      }
    }
    return new MirrorFold(changes, rows.schema(), rows, BatchLimits.DEFAULT, memory);
  }

  private static void requireWhole(ChangeEntry entry) {
    if (entry.gap().isPresent()) {
      throw MillraceException.data(
          "Cannot mirror %s: the changes %s were abandoned (%s); read the table again with millrace resnapshot"
              .formatted(entry.cut().bucket().stream(), entry.name(), entry.gap().get().reason()));
    }
  }

  private BucketRows write(
      Step step, MirrorFold fold, List<Transform> transforms, int bucket, String writer)
      throws IOException {
    StreamId stream = step.base().stream();
    Schema schema = fold.schema();
    var unit = new Unit(stream, RUN, step.generation().id(), Integer.toString(bucket));
    String name = "%d-%s-%d-%s".formatted(bucket, step.generation().id(), step.number(), writer);
    var state =
        new Place(
            versions.staged(stream, step.number(), "%s-%d-state".formatted(writer, bucket)),
            target.ledger().rows(stream, "states/" + name + ".arrows"));
    var table =
        new Place(
            versions.staged(stream, step.number(), "%s-%d".formatted(writer, bucket)),
            target.tables().key(unit, name + ".parquet"));
    var form = new Form(unit, transforms, target.options(), metadata(unit, schema));
    try (var out = new StagedBucket(target.store(), schema, form, state, table)) {
      fold.write(bucket, out);
      return out.finish();
    }
  }

  private static Map<String, String> metadata(Unit unit, Schema schema) {
    Map<String, String> metadata = new HashMap<>(schema.getCustomMetadata());
    metadata.put("millrace.pipeline", unit.stream().pipeline());
    metadata.put("millrace.stream", unit.stream().name());
    metadata.put("millrace.generation", unit.plan().toString());
    metadata.put("millrace.bucket", unit.partition());
    return metadata;
  }
}
