package io.millrace.runtime.config;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * A YAML document as maps, lists and texts, and where each of them stands. Scalars stay as they are
 * written: what a text means is told by the option's type, not by YAML's ideas of {@code yes},
 * {@code 012} or {@code 1:30}. An explicit null is an option that is left out.
 */
final class YamlTree {
  private static final Set<Tag> PLAIN_TAGS =
      Set.of(Tag.MAP, Tag.SEQ, Tag.STR, Tag.INT, Tag.FLOAT, Tag.BOOL, Tag.NULL, Tag.TIMESTAMP);

  private final Map<String, Position> positions = new HashMap<>();
  private final Set<Node> around = new HashSet<>();
  private final Findings findings;

  /** Where all of a setting's value stands; null while the file is read. */
  private Position here;

  private YamlTree(Path file) {
    findings = new Findings(new Section(file, "", positions));
  }

  /**
   * What a file says.
   *
   * @param rootOrNull keys and values: texts, lists and maps
   * @param findings what is wrong so far, and the place for what is found later
   */
  record Document(Map<String, Object> rootOrNull, Findings findings) {
    /** Keys and values: texts, lists and maps; nothing if the text is none of them. */
    Optional<Map<String, Object>> root() {
      return Optional.ofNullable(rootOrNull);
    }
  }

  static Document read(Path file, String text, List<Setting> settings) {
    var tree = new YamlTree(file);
    Map<String, Object> root = tree.root(text);
    if (root != null) {
      var applied = new Settings(tree, tree.findings);
      settings.forEach(setting -> applied.apply(setting, root));
    }
    return new Document(root, tree.findings);
  }

  /** The value of a setting; from now on that is what stands at the path. */
  Object setting(Setting setting, String path) {
    place(setting, path);
    try {
      Node node = new Yaml(new LoaderOptions()).compose(new StringReader(setting.value()));
      // an empty value is an option that is left out, as in a file
      return node == null ? null : value(node, path);
    } catch (MarkedYAMLException e) {
      findings.report(path, "Cannot read this as YAML: " + e.getProblem());
    } catch (YAMLException e) {
      findings.report(path, "Cannot read this as YAML: " + e.getMessage());
    }
    return null;
  }

  /** Notes that a setting stands at a path, and not what the file has there. */
  void place(Setting setting, String path) {
    here = Position.of(setting);
    positions.keySet().removeIf(inner -> inner.startsWith(path + "."));
    positions.put(path, here);
  }

  private Map<String, Object> root(String text) {
    try {
      Node node = new Yaml(new LoaderOptions()).compose(new StringReader(text));
      if (node instanceof MappingNode mapping) {
        return mapping(mapping, "");
      }
      findings.report("", "Expected a pipeline: keys such as name, source and sinks");
    } catch (MarkedYAMLException e) {
      positions.put("", position(Optional.ofNullable(e.getProblemMark())));
      findings.report("", "Cannot read this as YAML: " + e.getProblem());
    } catch (YAMLException e) {
      findings.report("", "Cannot read this as YAML: " + e.getMessage());
    }
    return null;
  }

  private Object value(Node node, String path) {
    if (!PLAIN_TAGS.contains(node.getTag())) {
      findings.report(
          path,
          "Cannot use the YAML tag %s: write a plain value".formatted(node.getTag().getValue()));
      return null;
    }
    if (node instanceof ScalarNode scalar) {
      return scalar.getTag().equals(Tag.NULL) ? null : scalar.getValue();
    }
    if (!around.add(node)) {
      findings.report(path, "Cannot use an alias of what it stands in: write the value out");
      return null;
    }
    Object value =
        node instanceof MappingNode mapping
            ? mapping(mapping, path)
            : list((SequenceNode) node, path);
    around.remove(node);
    return value;
  }

  private Map<String, Object> mapping(MappingNode node, String path) {
    var values = new LinkedHashMap<String, Object>();
    for (NodeTuple entry : node.getValue()) {
      Position place = position(Optional.of(entry.getKeyNode().getStartMark()));
      if (!(entry.getKeyNode() instanceof ScalarNode key) || key.getTag().equals(Tag.MERGE)) {
        String odd = Section.join(path, "?");
        positions.put(odd, place);
        findings.report(odd, "Cannot use this as a key: write a single word");
        continue;
      }
      String inner = Section.join(path, key.getValue());
      Position first = positions.putIfAbsent(inner, place);
      if (values.containsKey(key.getValue()) && first != null) {
        positions.put(inner, place);
        findings.report(
            inner,
            "Duplicate key \"%s\": it stands %s too"
                .formatted(
                    key.getValue(), first.inFile() ? "in line " + first.line() : "in " + first));
        continue;
      }
      values.put(key.getValue(), value(entry.getValueNode(), inner));
    }
    return values;
  }

  private List<Object> list(SequenceNode node, String path) {
    var values = new ArrayList<Object>();
    for (Node element : node.getValue()) {
      String inner = Section.join(path, Integer.toString(values.size()));
      positions.put(inner, position(Optional.of(element.getStartMark())));
      if (element.getTag().equals(Tag.NULL)) {
        findings.report(inner, "Expected a value, found nothing");
      }
      values.add(value(element, inner));
    }
    return values;
  }

  private Position position(Optional<Mark> mark) {
    return here != null
        ? here
        : mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(Position.START);
  }
}
