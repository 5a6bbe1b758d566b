package io.millrace.sinks.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Removes what the entries of one numbered series have superseded, as soon as readers have had a
 * later one for as long as superseded files are kept: also where newer ones come faster than that.
 * Where a store can take a move in after its caller gave it up, all is removed once more, later by
 * more than such a request can last.
 */
final class Cleanup {
  /** Entries 0, 1, 2 ... each of which supersedes those before it, and what was noted of them. */
  interface Series {
    /** When an entry was noted as published. */
    Instant publishedAt(int number);

    /** Whether it was noted that all is removed below this entry which is not its own. */
    boolean isRemovedBelow(int number);

    void noteRemovedBelow(int number);

    /** Removes what entries have, from one to before another, and that other has not. */
    void remove(int from, int to);
  }

  private final Series series;
  private final InstantSource clock;
  private final Duration keep;
  private final Duration longestRequest;

  /** The entry below which all is removed for good. */
  private int done;

  /** What is being removed; null if nothing is. */
  private Removal begun;

  /** Everything below an entry, for the first time at this moment. */
  private record Removal(int to, Instant since) {}

  /**
   * Begins where the notes end.
   *
   * @param newest the newest entry that is published
   * @param keep how long superseded files stay
   * @param longestRequest how much later than its caller gave it up a move may still take effect
   */
  Cleanup(Series series, int newest, InstantSource clock, Duration keep, Duration longestRequest) {
    this.series = series;
    this.clock = clock;
    this.keep = keep;
    this.longestRequest = longestRequest;
    this.done = notedUpTo(series, newest);
  }

  /** The last entry with a note; else the first one, which has nothing below it. */
  static int notedUpTo(Series series, int newest) {
    int number = newest;
    while (number > 0 && !series.isRemovedBelow(number)) {
      number--;
    }
    return number;
  }

  /** The entry below which all is removed for good. */
  synchronized int done() {
    return done;
  }

  /**
   * Does what is due.
   *
   * @param newest the newest entry that is published
   * @return the entry below which all is removed for good
   */
  synchronized int advance(int newest) {
    Instant now = clock.instant();
    Removal removal = begun;
    if (removal == null) {
      int to = due(newest, now);
      if (to == done) {
        return done;
      }
      removal = new Removal(to, now);
      begun = removal;
      series.remove(done, to);
    }
    if (now.isBefore(removal.since.plus(longestRequest))) {
      return done;
    }
    if (!now.equals(removal.since)) {
      series.remove(done, removal.to);
    }
    series.noteRemovedBelow(removal.to);
    done = removal.to;
    begun = null;
    return done;
  }

  /** The newest entry that readers have had for long enough. */
  private int due(int newest, Instant now) {
    int number = done;
    while (number < newest && !now.isBefore(series.publishedAt(number + 1).plus(keep))) {
      number++;
    }
    return number;
  }
}
