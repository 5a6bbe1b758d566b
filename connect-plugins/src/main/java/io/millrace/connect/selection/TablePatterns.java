package io.millrace.connect.selection;

import io.millrace.core.MillraceException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which tables are read, where several are: names, or patterns with {@code *} and {@code ?}.
 *
 * @param include the option {@code tables}
 * @param exclude the option {@code exclude}
 */
public record TablePatterns(List<String> include, List<String> exclude) {
  public TablePatterns {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  /**
   * Chooses.
   *
   * @param known all tables there are; their texts are what patterns are compared with
   * @param parse makes a table's name of a text that is no pattern
   * @throws MillraceException (CONFIGURATION) if a pattern fits nothing, or nothing is left
   */
  public <T> Set<T> choose(List<T> known, Function<String, T> parse) {
    Set<T> chosen = new LinkedHashSet<>();
    for (String each : include) {
      if (isPattern(each)) {
        Pattern pattern = pattern(each);
        List<T> found = known.stream().filter(name -> fits(pattern, name)).toList();
        if (found.isEmpty()) {
          throw MillraceException.configuration(
              "tables", "No table fits \"%s\": write it as schema.table".formatted(each));
        }
        chosen.addAll(found);
      } else {
        chosen.add(parse.apply(each));
      }
    }
    for (String each : exclude) {
      Pattern pattern = pattern(each);
      chosen.removeIf(name -> fits(pattern, name));
    }
    if (chosen.isEmpty()) {
      throw MillraceException.configuration(
          "exclude", "Nothing is left to read: exclude fits all that tables does");
    }
    return chosen;
  }

  private static boolean isPattern(String text) {
    return text.indexOf('*') >= 0 || text.indexOf('?') >= 0;
  }

  private static Pattern pattern(String glob) {
    String regex =
        glob.chars()
            .mapToObj(
                c ->
                    switch (c) {
                      case '*' -> ".*";
                      case '?' -> ".";
                      default -> Pattern.quote(Character.toString(c));
                    })
            .collect(Collectors.joining());
    return Pattern.compile(regex, Pattern.DOTALL);
  }

  private static boolean fits(Pattern pattern, Object name) {
    return pattern.matcher(name.toString()).matches();
  }

  /**
   * Names the streams of tables. Tables whose names make the same stream's name get their schema's
   * (or database's) in front.
   *
   * @throws MillraceException (CONFIGURATION) if two would still have the same
   */
  public static <T> Map<String, T> streams(
      Collection<T> tables, Function<T, String> schema, Function<T, String> name) {
    Map<String, Long> plain =
        tables.stream()
            .collect(
                Collectors.groupingBy(table -> safe(name.apply(table)), Collectors.counting()));
    Map<String, T> streams = new LinkedHashMap<>();
    for (T table : tables) {
      String stream = safe(name.apply(table));
      if (plain.get(stream) > 1) {
        stream = safe(schema.apply(table)) + "_" + stream;
      }
      T other = streams.put(stream, table);
      if (other != null) {
        throw MillraceException.configuration(
            "tables",
            "Cannot read both %s and %s: each would be the stream \"%s\"; exclude one of them"
                .formatted(other, table, stream));
      }
    }
    return streams;
  }

  private static String safe(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_-]", "_");
  }
}
