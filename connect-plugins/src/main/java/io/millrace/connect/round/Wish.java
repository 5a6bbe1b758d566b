package io.millrace.connect.round;

import io.millrace.core.change.Position;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What a round answers: a request, which is for all streams, or resnapshots that were asked for in
 * the source's log since. The rounds in Connect's offsets carry it as the text of their request.
 *
 * @param request the connector's request, fulfilled by this round or by one before
 * @param afterOrNull resnapshots up to here were answered before; null if all streams are read
 * @param through those up to here are answered by this round
 * @param streams those that it reads; empty if all streams are read, or none
 */
public record Wish(String request, Position afterOrNull, Position through, Set<String> streams) {
  private static final Pattern RESNAPSHOTS =
      Pattern.compile("(.*)\\|([0-9a-f]{16}\\.\\d+)?\\.\\.([0-9a-f]{16}\\.\\d+)", Pattern.DOTALL);

  public Wish {
    streams = Set.copyOf(streams);
  }

  /**
   * All streams, and with them whatever was asked for.
   *
   * @param asked the latest resnapshot of each stream
   */
  static Wish all(String request, Map<String, Position> asked) {
    return new Wish(request, null, latest(asked, Position.START), Set.of());
  }

  /** The streams whose latest resnapshot was asked for after a place. */
  static Wish since(String request, Position after, Map<String, Position> asked) {
    Set<String> streams =
        asked.entrySet().stream()
            .filter(each -> each.getValue().compareTo(after) > 0)
            .map(Map.Entry::getKey)
            .collect(Collectors.toSet());
    return new Wish(request, after, latest(asked, after), streams);
  }

  private static Position latest(Map<String, Position> asked, Position atLeast) {
    return asked.values().stream()
        .reduce(atLeast, (most, next) -> next.compareTo(most) > 0 ? next : most);
  }

  /** What a round's request says; its streams are not in it. */
  public static Wish parse(String text) {
    Matcher m = RESNAPSHOTS.matcher(text);
    if (!m.matches()) {
      return new Wish(text, null, Position.START, Set.of());
    }
    return new Wish(
        m.group(1),
        m.group(2) == null ? null : Position.parse(m.group(2)),
        Position.parse(m.group(3)),
        Set.of());
  }

  /** Whether all streams are read. */
  public boolean isOfAll() {
    return afterOrNull == null;
  }

  /** Whether nothing is read. */
  boolean isNothing() {
    return !isOfAll() && streams.isEmpty();
  }

  /** Whether a stream is read. */
  boolean has(String stream) {
    return isOfAll() || streams.contains(stream);
  }

  /** The text of a round's request: the connector's own as long as nothing else was asked for. */
  @Override
  public String toString() {
    return isOfAll() && through.equals(Position.START)
        ? request
        : "%s|%s..%s".formatted(request, isOfAll() ? "" : afterOrNull, through);
  }
}
