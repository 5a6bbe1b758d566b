package io.millrace.sinks.files;

import io.millrace.core.MillraceException;
import io.millrace.core.Unit;
import io.millrace.core.change.Cut;
import io.millrace.core.options.NearestWord;
import io.millrace.sinks.store.SafeName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A path such as {@code lake/{stream}/{run}/}: a root, which is what stands before the folder of
 * the first placeholder, and below it a folder per unit. Values are made {@linkplain SafeName
 * safe}, so that none can leave the root.
 */
public final class PathTemplate {
  private static final String KEY = "path";
  private static final String STREAM = "stream";
  private static final Pattern TOKEN = Pattern.compile("\\{([^{}/]*)\\}|[{}]");
  private static final List<String> PLACEHOLDERS = List.of("pipeline", "sink", STREAM, "run");

  private final String root;
  private final String below;

  private PathTemplate(String root, String below) {
    this.root = root;
    this.below = below;
  }

  /**
   * Reads a template.
   *
   * @throws MillraceException (CONFIGURATION) naming the placeholder or segment that cannot be
   */
  public static PathTemplate parse(String text) {
    if (text.isBlank()) {
      throw MillraceException.configuration(
          KEY, "Cannot write to an empty path: name a folder, such as lake/{stream}/{run}/");
    }
    Matcher tokens = TOKEN.matcher(text);
    while (tokens.find()) {
      requireKnown(text, tokens);
    }
    int first = text.indexOf('{');
    int end = first < 0 ? text.length() : text.lastIndexOf('/', first) + 1;
    String below = withoutSlash(text.substring(end));
    for (String segment : below.isEmpty() ? List.<String>of() : List.of(below.split("/", -1))) {
      requireVisible(text, segment);
    }
    return new PathTemplate(text.substring(0, end), below);
  }

  private static void requireKnown(String text, Matcher token) {
    String name = token.group(1);
    if (name == null) {
      throw MillraceException.configuration(
          KEY,
          "Cannot read the path \"%s\": a %s at position %d has no counterpart"
              .formatted(text, token.group(), token.start() + 1));
    }
    if (!PLACEHOLDERS.contains(name)) {
      throw MillraceException.configuration(
          KEY,
          "Unknown placeholder {%s} in the path \"%s\": %s"
              .formatted(
                  name,
                  text,
                  NearestWord.of(name, PLACEHOLDERS)
                      .map("did you mean {%s}?"::formatted)
                      .orElse("known are {" + String.join("}, {", PLACEHOLDERS) + "}")));
    }
  }

  /** Spark, Hive and Trino pass over names with a leading dot or underscore, as does our ledger. */
  private static void requireVisible(String text, String segment) {
    if (segment.isEmpty() || segment.startsWith(".") || segment.startsWith("_")) {
      throw MillraceException.configuration(
          KEY,
          "Cannot use the path \"%s\": readers would not look into the folder \"%s\"; no folder from the first placeholder on may be empty or begin with . or _"
              .formatted(text, segment));
    }
  }

  private static String withoutSlash(String path) {
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** What stands before the folder of the first placeholder; empty for the current directory. */
  public String root() {
    return root;
  }

  /** The key, relative to the root, of a file in the unit's folder. */
  public String key(Unit unit, String sink, String file) {
    return key(values(unit, sink), file);
  }

  /**
   * The same for a file of changes, whose stream is called after their topic: they have other
   * columns than the runs that lie beside them.
   *
   * @throws MillraceException (CONFIGURATION) if files of both would lie in one folder
   */
  public String key(Cut cut, String sink, String file) {
    Map<String, String> values = values(cut.unit(), sink);
    String changes = values.get(STREAM) + ".changes";
    if (!below.contains("{" + STREAM + "}")) {
      throw MillraceException.configuration(
          KEY,
          "Cannot write changes of %s below \"%s%s\": they have other columns than its snapshots, so the path needs {stream}, which becomes %s for them"
              .formatted(cut.bucket().stream(), root, below, changes));
    }
    values.put(STREAM, changes);
    return key(values, file);
  }

  private static Map<String, String> values(Unit unit, String sink) {
    var values = new HashMap<String, String>();
    values.put("pipeline", unit.stream().pipeline());
    values.put("sink", sink);
    values.put(STREAM, unit.stream().name());
    values.put("run", unit.run().value());
    return values;
  }

  private String key(Map<String, String> values, String file) {
    if (below.isEmpty()) {
      return file;
    }
    var key = new StringBuilder();
    for (String segment : below.split("/", -1)) {
      String folder =
          TOKEN
              .matcher(segment)
              .replaceAll(
                  token -> Matcher.quoteReplacement(SafeName.of(values.get(token.group(1)))));
      key.append(SafeName.fitting(folder)).append('/');
    }
    return key.append(file).toString();
  }
}
