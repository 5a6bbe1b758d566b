package io.millrace.sinks.ledger;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Cut;
import io.millrace.core.ledger.HeldUnit;
import io.millrace.sinks.store.SafeName;
import java.util.List;
import java.util.Optional;

/**
 * Where the documents of one ledger lie:
 *
 * <pre>
 * _millrace/&lt;pipeline&gt;/&lt;sink&gt;/
 *   ledger.json                                     whose it is
 *   open/&lt;stream&gt;/&lt;run&gt;/&lt;plan&gt;                        plans with something left to do
 *   units/&lt;stream&gt;/&lt;run&gt;/&lt;plan&gt;/&lt;partition&gt;.json      markers
 *   held/&lt;stream&gt;/&lt;run&gt;/&lt;plan&gt;/&lt;partition&gt;.json       units that could not be loaded
 *   runs/&lt;stream&gt;/&lt;run&gt;/&lt;k&gt;.json                     heads, k = 0, 1, 2 ... without a hole
 *   runs/&lt;stream&gt;/&lt;run&gt;/&lt;k&gt;.published               its files have their final names
 *   runs/&lt;stream&gt;/&lt;run&gt;/&lt;k&gt;.removed                 no file of a plan below it is left
 *   probe/&lt;nonce&gt;                                   whether the store can be trusted, at each start
 *   replays/&lt;n&gt;.json                                replays, n = 1, 2 ... without a hole
 *   replays/&lt;n&gt;.done                                they are finished
 *   hints/&lt;topic id&gt;/&lt;partition&gt;.json               where to go on reading
 *   staging/&lt;stream&gt;/&lt;run&gt;/&lt;plan&gt;/&lt;partition&gt;-&lt;writer&gt;.staged
 *   changes/&lt;stream&gt;/&lt;generation&gt;/&lt;bucket&gt;/&lt;n&gt;.json        links of chains, n = 0, 1, 2 ... without a hole
 *   changes/&lt;stream&gt;/&lt;generation&gt;/&lt;bucket&gt;/&lt;n&gt;.published   their files have their final names
 *   gaps/&lt;stream&gt;/&lt;generation&gt;/&lt;bucket&gt;/&lt;n&gt;.json           what the log lacked where link n was to begin
 *   staging-changes/&lt;stream&gt;/&lt;generation&gt;/&lt;bucket&gt;/&lt;n&gt;-&lt;writer&gt;.staged
 *   mirrors/&lt;stream&gt;/&lt;n&gt;.json                        versions of tables, n = 0, 1, 2 ... without a hole
 *   mirrors/&lt;stream&gt;/&lt;n&gt;.published                   its files have their final names
 *   mirrors/&lt;stream&gt;/&lt;n&gt;.removed                     no file of one before it is left that is not its own
 *   staging-mirrors/&lt;stream&gt;/&lt;n&gt;-&lt;writer&gt;-&lt;bucket&gt;.staged
 *   rows/&lt;stream&gt;/...                                what mirrors are made of: rows of snapshots, changes, states
 * </pre>
 */
final class LedgerKeys {
  static final String JSON = ".json";

  private static final String PUBLISHED = ".published";
  private static final String REMOVED = ".removed";

  /** No partition's safe name is this. */
  private static final String NAMELESS = "~";

  private final String pipeline;
  private final String folder;
  private final String prefix;

  LedgerKeys(String pipeline, String sink) {
    this.pipeline = pipeline;
    this.folder = "_millrace/" + SafeName.of(pipeline) + "/" + SafeName.of(sink);
    this.prefix = folder + "/";
  }

  /** Where all of them lie. */
  String folder() {
    return folder;
  }

  String identity() {
    return prefix + "ledger" + JSON;
  }

  String open() {
    return prefix + "open";
  }

  String open(PlannedRun plan) {
    return open() + "/" + path(plan);
  }

  String markers(PlannedRun plan) {
    return prefix + "units/" + path(plan);
  }

  /** Where a process that dies while it works on this plan may leave halves of objects. */
  List<String> folders(PlannedRun plan) {
    String run = path(plan.stream(), plan.run());
    return List.of(
        staging(plan),
        markers(plan),
        prefix + "runs/" + run,
        prefix + "open/" + run,
        prefix + "held/" + run);
  }

  String marker(Unit unit) {
    return markers(unit.plannedRun()) + "/" + SafeName.of(unit.partition()) + JSON;
  }

  String staging(StreamId stream, RunId run) {
    return prefix + "staging/" + path(stream, run);
  }

  String held(StreamId stream, RunId run) {
    return prefix + "held/" + path(stream, run);
  }

  /** Of the objects below a run's folder of what is staged or held: those up to a plan. */
  List<String> upTo(PlanId plan, List<String> keys) {
    return keys.stream().filter(key -> planOf(key).compareTo(plan) <= 0).toList();
  }

  private static PlanId planOf(String key) {
    String[] names = key.split("/", -1);
    return PlanId.parse(names[names.length - 2]);
  }

  String held(PlannedRun plan) {
    return prefix + "held/" + path(plan);
  }

  String held(HeldUnit held) {
    String name = held.partition().isEmpty() ? NAMELESS : SafeName.of(held.partition());
    return held(held.plan()) + "/" + name + JSON;
  }

  String staging(PlannedRun plan) {
    return prefix + "staging/" + path(plan);
  }

  String staged(Unit unit, String writer) {
    return "%s/%s-%s.staged"
        .formatted(staging(unit.plannedRun()), SafeName.of(unit.partition()), writer);
  }

  String runs() {
    return prefix + "runs";
  }

  String runs(StreamId stream) {
    return runs() + "/" + path(stream);
  }

  Run run(StreamId stream, RunId run) {
    return new Run(stream, run, prefix + "runs/" + path(stream, run) + "/");
  }

  boolean isFirstHead(String key) {
    return key.endsWith("/0" + JSON);
  }

  /** The stream whose run's first head has this key: a stream's name needs no escape. */
  StreamId streamOfFirstHead(String key) {
    String below = key.substring(runs().length() + 1);
    return new StreamId(pipeline, below.substring(0, below.indexOf('/')));
  }

  /** The run whose first head has this key; the id is unknown if its name was shortened. */
  Optional<RunId> runOfFirstHead(StreamId stream, String key) {
    String name = key.substring(runs(stream).length() + 1, key.lastIndexOf('/'));
    return SafeName.text(name).map(RunId::new);
  }

  String replays() {
    return prefix + "replays";
  }

  String replay(int number) {
    return replays() + "/" + number + JSON;
  }

  String replayDone(int number) {
    return replays() + "/" + number + ".done";
  }

  String hint(String topicId, int partition) {
    return prefix + "hints/" + SafeName.of(topicId) + "/" + partition + JSON;
  }

  String chains() {
    return prefix + "changes";
  }

  String chains(StreamId stream) {
    return chains() + "/" + path(stream);
  }

  String gaps() {
    return prefix + "gaps";
  }

  String gaps(StreamId stream) {
    return gaps() + "/" + path(stream);
  }

  /** What the log lacked where this link of a bucket's chain was to begin. */
  String gap(Bucket bucket, int number) {
    return "%s/%s/%d/%d%s"
        .formatted(gaps(bucket.stream()), bucket.generation().id(), bucket.number(), number, JSON);
  }

  String stagedChanges() {
    return prefix + "staging-changes";
  }

  /** The note that the entry is published which something was staged for. */
  String publishedFor(String staged) {
    String number = staged.substring(staged.lastIndexOf('/') + 1, staged.lastIndexOf('-'));
    String folder = staged.substring(stagedChanges().length(), staged.lastIndexOf('/'));
    return chains() + folder + "/" + number + PUBLISHED;
  }

  Chain chain(Bucket bucket) {
    String path =
        "/%s/%s/%d".formatted(path(bucket.stream()), bucket.generation().id(), bucket.number());
    return new Chain(bucket, chains() + path, stagedChanges() + path);
  }

  Versions versions(StreamId stream) {
    String path = "/" + path(stream);
    return new Versions(stream, prefix + "mirrors" + path, prefix + "staging-mirrors" + path);
  }

  /** Where a sink keeps rows that are not for readers. */
  String rows(StreamId stream, String file) {
    return "%srows/%s/%s".formatted(prefix, path(stream), file);
  }

  /** Where rows of changes are kept that are not for readers. */
  String changeRows(StreamId stream) {
    return rows(stream, "changes");
  }

  /** Where those of a cut are kept. */
  String changeRows(Cut cut, String writer) {
    Bucket bucket = cut.bucket();
    return "%s/%s/%d/%d-%s.arrows"
        .formatted(
            changeRows(bucket.stream()),
            bucket.generation().id(),
            bucket.number(),
            cut.number(),
            writer);
  }

  /** What a key says of the rows of a cut. */
  ChangeRows changeRows(StreamId stream, String key) {
    String chain = key.substring(changeRows(stream).length(), key.lastIndexOf('/'));
    String name = key.substring(key.lastIndexOf('/') + 1);
    int number = Integer.parseInt(name.substring(0, name.indexOf('-')));
    return new ChangeRows(key, chain, number, chains(stream) + chain + "/" + number + JSON);
  }

  /**
   * Rows of a cut that are not for readers.
   *
   * @param key where they lie
   * @param chain of which chain they are: the end of its folder
   * @param number of the cut
   * @param entry the key of the link that they are of
   */
  record ChangeRows(String key, String chain, int number, String entry) {}

  boolean isFirstLink(String key) {
    return key.endsWith("/0" + JSON);
  }

  /** The stream whose bucket's link, or what it lacked, has this key below a folder of streams. */
  StreamId streamOfLink(String streams, String key) {
    String below = key.substring(streams.length() + 1);
    return new StreamId(pipeline, below.substring(0, below.indexOf('/')));
  }

  private String path(PlannedRun plan) {
    return path(plan.stream(), plan.run()) + "/" + plan.plan();
  }

  private String path(StreamId stream, RunId run) {
    return path(stream) + "/" + SafeName.of(run.value());
  }

  private String path(StreamId stream) {
    if (!stream.pipeline().equals(pipeline)) {
      throw MillraceException.lasting(
          Category.PROTOCOL,
          "Cannot find stream %s in the ledger of pipeline %s: open that of pipeline %s"
              .formatted(stream, pipeline, stream.pipeline()));
    }
    return SafeName.of(stream.name());
  }

  /**
   * One run's documents.
   *
   * @param folder where they lie, ending in a slash
   */
  record Run(StreamId stream, RunId id, String folder) {
    String head(int number) {
      return folder + number + JSON;
    }

    String published(int number) {
      return folder + number + PUBLISHED;
    }

    String removed(int number) {
      return folder + number + REMOVED;
    }
  }

  /**
   * One mirrored table's documents, and what is staged for it.
   *
   * @param folder where the versions lie
   * @param staging where files lie until they are published
   */
  record Versions(StreamId stream, String folder, String staging) {
    String version(int number) {
      return folder + "/" + number + JSON;
    }

    String published(int number) {
      return folder + "/" + number + PUBLISHED;
    }

    String removed(int number) {
      return folder + "/" + number + REMOVED;
    }

    String halted() {
      return folder + "/halted" + JSON;
    }

    String staged(int number, String name) {
      return "%s/%d-%s.staged".formatted(staging, number, name);
    }

    /** For which version something was staged. */
    int number(String staged) {
      String name = staged.substring(staging.length() + 1);
      return Integer.parseInt(name.substring(0, name.indexOf('-')));
    }
  }

  /**
   * One bucket's documents, and what is staged for it.
   *
   * @param folder where the links lie
   * @param staging where files lie until they are published
   */
  record Chain(Bucket bucket, String folder, String staging) {
    String entry(int number) {
      return folder + "/" + number + JSON;
    }

    String published(int number) {
      return folder + "/" + number + PUBLISHED;
    }

    String staged(int number, String writer) {
      return "%s/%d-%s.staged".formatted(staging, number, writer);
    }
  }
}
