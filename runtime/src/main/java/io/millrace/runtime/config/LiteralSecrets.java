package io.millrace.runtime.config;

import io.millrace.core.options.OptionSpec;
import java.util.List;
import java.util.Map;

/** Finds secrets that stand in the file themselves, and reports them without showing them. */
final class LiteralSecrets {
  static final String MESSAGE =
      "A secret is never written into this file: write ${env:NAME} or ${file:PATH}";

  private final Findings findings;

  LiteralSecrets(Findings findings) {
    this.findings = findings;
  }

  void find(List<OptionSpec> specs, Map<?, ?> tree, String path) {
    for (OptionSpec spec : specs) {
      find(spec, tree.get(spec.key()), Section.join(path, spec.key()));
    }
  }

  private void find(OptionSpec spec, Object value, String path) {
    if (value instanceof Map<?, ?> map && spec.kind() == OptionSpec.Kind.GROUP) {
      find(spec.children(), map, path);
    } else if (value instanceof Map<?, ?> map && spec.kind() == OptionSpec.Kind.MAP) {
      map.forEach(
          (key, inner) ->
              find(spec.children().get(0), inner, Section.join(path, String.valueOf(key))));
    } else if (value instanceof List<?> list && spec.kind() == OptionSpec.Kind.LIST) {
      for (int i = 0; i < list.size(); i++) {
        find(spec.children().get(0), list.get(i), Section.join(path, Integer.toString(i)));
      }
    } else if (spec.kind() == OptionSpec.Kind.SECRET
        && value instanceof String text
        && !References.isReference(text)) {
      findings.report(path, MESSAGE);
    }
  }
}
