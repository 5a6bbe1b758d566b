package io.millrace.runtime.config;

import io.millrace.core.options.Problem;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Collects what is wrong in one file: the first finding of each path, since what follows at the
 * same place follows from it. Puts references back where a message shows what they stood for.
 */
final class Findings {
  private final Section file;
  private final Map<String, Finding> byPath = new LinkedHashMap<>();
  private final Map<String, Substitution> substitutions = new HashMap<>();

  private record Substitution(String written, String resolved) {}

  Findings(Section file) {
    this.file = file;
  }

  /** Where the file's options stand. */
  Section file() {
    return file;
  }

  void report(String path, String message) {
    byPath.computeIfAbsent(path, p -> file.finding(p, unresolved(p, message)));
  }

  /** Takes the problems of a part of the file. */
  Consumer<Problem> below(String path) {
    return problem -> {
      Problem whole = problem.under(path);
      report(whole.path(), whole.message());
    };
  }

  boolean has(String path) {
    return byPath.containsKey(path);
  }

  /** Whether anything was found at a path or below it. */
  boolean hasWithin(String path) {
    return byPath.keySet().stream()
        .anyMatch(found -> found.equals(path) || found.startsWith(path + "."));
  }

  /** Remembers that a message about {@code path} must not show {@code resolved}. */
  void conceal(String path, String written, String resolved) {
    if (!resolved.isEmpty()) {
      substitutions.put(path, new Substitution(written, resolved));
    }
  }

  private String unresolved(String path, String message) {
    Substitution known = substitutions.get(path);
    return known == null ? message : message.replace(known.resolved, known.written);
  }

  boolean isEmpty() {
    return byPath.isEmpty();
  }

  /** All findings in the order of the file. */
  List<Finding> inOrder() {
    return byPath.values().stream().sorted(Finding.IN_ORDER).toList();
  }
}
