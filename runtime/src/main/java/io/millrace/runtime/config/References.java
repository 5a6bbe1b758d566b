package io.millrace.runtime.config;

import io.millrace.core.options.FileText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What <code>${env:NAME}</code> and <code>${file:PATH}</code> stand for. A file's text ends before
 * its last line end; relative paths start at the current directory.
 */
public final class References {
  private static final Pattern ANY = Pattern.compile("\\$\\{([^}]*)}");
  private static final Pattern WHOLE = Pattern.compile("\\$\\{(env|file):[^}]+}");

  private final Map<String, String> environment;
  private final boolean sourceToo;

  private References(Map<String, String> environment, boolean sourceToo) {
    this.environment = environment;
    this.sourceToo = sourceToo;
  }

  /** A reference that cannot be resolved is a finding, wherever it stands. */
  public static References everywhere(Map<String, String> environment) {
    return new References(environment, true);
  }

  /**
   * The source's references that cannot be resolved stay as they are written: for whoever never
   * connects to the source and need not hold its secrets.
   */
  public static References butTheSources(Map<String, String> environment) {
    return new References(environment, false);
  }

  /** Whether the text is one reference and nothing else. */
  static boolean isReference(String text) {
    return WHOLE.matcher(text).matches();
  }

  /** Whether a reference stands in the text. */
  static boolean hasReference(String text) {
    return WHOLE.matcher(text).find();
  }

  /** The same tree with every reference resolved; where there was a finding, nothing is touched. */
  Map<String, Object> resolve(Map<String, ?> tree, String path, Findings findings) {
    var resolved = new LinkedHashMap<String, Object>();
    tree.forEach(
        (key, value) -> resolved.put(key, resolveAny(value, Section.join(path, key), findings)));
    return resolved;
  }

  private Object resolveAny(Object value, String path, Findings findings) {
    if (value instanceof Map<?, ?> map) {
      var resolved = new LinkedHashMap<String, Object>();
      map.forEach(
          (key, inner) ->
              resolved.put(
                  String.valueOf(key),
                  resolveAny(inner, Section.join(path, String.valueOf(key)), findings)));
      return resolved;
    }
    if (value instanceof List<?> list) {
      var resolved = new ArrayList<Object>();
      for (Object element : list) {
        resolved.add(
            resolveAny(element, Section.join(path, Integer.toString(resolved.size())), findings));
      }
      return resolved;
    }
    if (value instanceof String text && !findings.has(path)) {
      return text(text, path, findings);
    }
    return value;
  }

  private String text(String written, String path, Findings findings) {
    Matcher m = ANY.matcher(written);
    var resolved = new StringBuilder();
    while (m.find()) {
      String value;
      try {
        value = lookUp(m.group(1));
      } catch (Unresolved e) {
        if (sourceToo || !path.startsWith(PipelineKeys.SOURCE + ".")) {
          findings.report(path, "Cannot resolve %s: %s".formatted(m.group(), e.getMessage()));
        }
        value = m.group();
      }
      m.appendReplacement(resolved, Matcher.quoteReplacement(value));
    }
    m.appendTail(resolved);
    String text = resolved.toString();
    if (!text.equals(written)) {
      findings.conceal(path, written, text);
    }
    return text;
  }

  private String lookUp(String reference) throws Unresolved {
    if (reference.startsWith("env:")) {
      String name = reference.substring("env:".length());
      String value = environment.get(name);
      if (value == null) {
        throw new Unresolved("the environment has no variable \"%s\": set it".formatted(name));
      }
      return value;
    }
    if (reference.startsWith("file:")) {
      return contents(reference.substring("file:".length()));
    }
    throw new Unresolved("write ${env:NAME} or ${file:PATH}");
  }

  private static String contents(String path) throws Unresolved {
    try {
      return FileText.value(Files.readString(Path.of(path)));
    } catch (NoSuchFileException e) {
      throw new Unresolved("there is no such file");
    } catch (IOException | InvalidPathException e) {
      throw new Unresolved("the file cannot be read (%s)".formatted(e));
    }
  }

  private static final class Unresolved extends Exception {
    private static final long serialVersionUID = 1L;

    Unresolved(String message) {
      super(message);
    }
  }
}
