package io.millrace.connect.change;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.change.Position;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/**
 * How far the records of a stream have come.
 *
 * @param key the names of the key's columns
 * @param lasts where the last record of each bucket ends
 */
public record StreamChain(List<String> key, List<Position> lasts) {
  public StreamChain {
    key = List.copyOf(key);
    lasts = List.copyOf(lasts);
  }

  /** Before the first record. */
  public static StreamChain start(List<String> key, int buckets) {
    return new StreamChain(key, Collections.nCopies(buckets, Position.START));
  }

  /** Whether there was no record yet. */
  public boolean isStart() {
    return lasts.stream().allMatch(Position.START::equals);
  }

  /** The names of the key, with commas between them. */
  public String keyText() {
    return key.stream()
        .map(name -> URLEncoder.encode(name, UTF_8))
        .collect(Collectors.joining(","));
  }

  /** Positions with commas between them; a single one stands for all, where all are the same. */
  public String lastsText() {
    return lasts.stream().distinct().count() == 1
        ? lasts.get(0).toString()
        : lasts.stream().map(Position::toString).collect(Collectors.joining(","));
  }

  /** Reads what the other two have written. */
  public static StreamChain parse(String keyText, String lastsText, int buckets) {
    List<String> key =
        keyText.isEmpty()
            ? List.of()
            : Arrays.stream(keyText.split(",", -1)).map(n -> URLDecoder.decode(n, UTF_8)).toList();
    List<Position> lasts = Arrays.stream(lastsText.split(",")).map(Position::parse).toList();
    int count = key.isEmpty() ? 1 : buckets;
    if (lasts.size() != count && lasts.size() != 1) {
      throw new IllegalArgumentException(lasts.size() + " positions of " + count + " buckets");
    }
    return new StreamChain(
        key, lasts.size() == count ? lasts : Collections.nCopies(count, lasts.get(0)));
  }
}
