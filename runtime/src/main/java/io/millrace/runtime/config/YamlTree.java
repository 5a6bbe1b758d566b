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

  static Document read(Path file, String text) {
    var tree = new YamlTree(file);
    return new Document(tree.root(text), tree.findings);
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
      Position here = position(Optional.of(entry.getKeyNode().getStartMark()));
      if (!(entry.getKeyNode() instanceof ScalarNode key) || key.getTag().equals(Tag.MERGE)) {
        String odd = Section.join(path, "?");
        positions.put(odd, here);
        findings.report(odd, "Cannot use this as a key: write a single word");
        continue;
      }
      String inner = Section.join(path, key.getValue());
      Position first = positions.putIfAbsent(inner, here);
      if (values.containsKey(key.getValue()) && first != null) {
        positions.put(inner, here);
        findings.report(
            inner,
            "Duplicate key \"%s\": it stands in line %d too"
                .formatted(key.getValue(), first.line()));
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

  private static Position position(Optional<Mark> mark) {
    return mark.map(m -> new Position(m.getLine() + 1, m.getColumn() + 1)).orElse(Position.START);
  }
}
