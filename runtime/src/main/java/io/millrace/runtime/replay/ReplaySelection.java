package io.millrace.runtime.replay;

import io.millrace.core.MillraceException;
import io.millrace.core.RunId;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Which plans are to be loaded again. */
public sealed interface ReplaySelection {
  /** The plans that readers of these runs see now; of a run that is short, what is missing. */
  record Runs(List<RunId> runs) implements ReplaySelection {
    public Runs {
      runs = List.copyOf(runs);
    }

    @Override
    public String toString() {
      return "run " + runs.stream().map(RunId::value).collect(Collectors.joining(", "));
    }
  }

  /** The plans that the source made in {@code [from, to)}. */
  record Made(Instant from, Instant to) implements ReplaySelection {
    @Override
    public String toString() {
      return "plans made from %s to %s".formatted(from, to);
    }
  }

  /** The plans with a record at {@code [from, to)} of a TopicPartition. */
  record Offsets(String topic, int partition, long from, long to) implements ReplaySelection {
    private static final Pattern TEXT =
        Pattern.compile("([a-z0-9_.-]+)-(\\d{1,9}):(\\d{1,18})\\.\\.(\\d{1,18})");

    /** Reads {@code trips.rides-0:100..200}. */
    public static Offsets parse(String text) {
      Matcher m = TEXT.matcher(text);
      if (!m.matches() || Long.parseLong(m.group(3)) >= Long.parseLong(m.group(4))) {
        throw MillraceException.configuration(
            "Cannot read the offsets \"%s\": expected TOPIC-PARTITION:FROM..TO with the end above the begin, such as trips.rides-0:100..200"
                .formatted(text));
      }
      return new Offsets(
          m.group(1),
          Integer.parseInt(m.group(2)),
          Long.parseLong(m.group(3)),
          Long.parseLong(m.group(4)));
    }

    @Override
    public String toString() {
      return "plans at %s-%d:%d..%d".formatted(topic, partition, from, to);
    }
  }

  /** Every plan in the log. */
  record Everything() implements ReplaySelection {
    @Override
    public String toString() {
      return "all plans";
    }
  }
}
