package io.millrace.runtime.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.core.options.FlatOptions;
import io.millrace.core.options.OptionSpec;
import java.util.List;

/**
 * One option in JSON Schema. Wherever a single value may stand, so may a reference: the file's
 * texts are resolved before they are read.
 */
final class OptionSchema {
  /** A text with a reference in it. */
  static final String HAS_REFERENCE = "\\$\\{(env|file):[^}]+\\}";

  private static final String OR_REFERENCE = "|" + HAS_REFERENCE;
  private static final YAMLMapper YAML = new YAMLMapper();

  private OptionSchema() {}

  /** Keys and values: those of the options and no others. */
  static ObjectNode group(List<OptionSpec> options) {
    ObjectNode group = JsonNodeFactory.instance.objectNode().put("type", "object");
    ObjectNode properties = group.putObject("properties");
    ArrayNode required = JsonNodeFactory.instance.arrayNode();
    for (OptionSpec option : options) {
      properties.set(option.key(), of(option));
      if (option.required()) {
        required.add(option.key());
      }
    }
    if (!required.isEmpty()) {
      group.set("required", required);
    }
    return group.put("additionalProperties", false);
  }

  static ObjectNode list(ObjectNode element) {
    ObjectNode list = JsonNodeFactory.instance.objectNode().put("type", "array");
    list.set("items", element);
    return list;
  }

  private static ObjectNode of(OptionSpec option) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    if (!option.doc().isEmpty()) {
      schema.put("description", option.doc());
    }
    schema.setAll(value(option));
    if (option.kind() == OptionSpec.Kind.LIST && !option.defaultText().isEmpty()) {
      schema.set("default", YAML.valueToTree(FlatOptions.elements(option.defaultText())));
    } else if (!option.defaultText().isEmpty()) {
      schema.set("default", asYaml(option.defaultText()));
    }
    if (!option.example().isEmpty()) {
      schema.putArray("examples").add(asYaml(option.example()));
    }
    return schema;
  }

  private static ObjectNode value(OptionSpec option) {
    ObjectNode schema = JsonNodeFactory.instance.objectNode();
    return switch (option.kind()) {
      case TEXT -> scalar(schema);
      case INTEGER -> text(schema, "^-?[0-9]+$" + OR_REFERENCE, "integer");
      case BOOLEAN -> text(schema, "^(true|false)$" + OR_REFERENCE, "boolean");
      case DURATION -> text(schema, "^ *[0-9]{1,9}(ms|s|m|h|d|w) *$" + OR_REFERENCE);
      case SIZE -> text(schema, "^ *[0-9]{1,18}[kKmMgG]?[bB]? *$" + OR_REFERENCE, "integer");
      case SECRET -> text(schema, "^" + HAS_REFERENCE + "$");
      case CHOICE -> {
        ArrayNode ways = schema.putArray("anyOf");
        words(ways.addObject(), option.choices());
        text(ways.addObject(), HAS_REFERENCE);
        yield schema;
      }
      case LIST ->
          option.children().isEmpty()
              ? schema.put("type", "array")
              : elements(option.children().get(0));
      case MAP -> {
        schema.put("type", "object").set("additionalProperties", of(option.children().get(0)));
        yield schema;
      }
      case GROUP -> group(option.children());
    };
  }

  /** A list of one may be written as its element. */
  private static ObjectNode elements(OptionSpec element) {
    ObjectNode list = list(of(element));
    if (element.kind() == OptionSpec.Kind.GROUP || element.kind() == OptionSpec.Kind.MAP) {
      return list;
    }
    ObjectNode either = JsonNodeFactory.instance.objectNode();
    either.putArray("anyOf").add(list).add(of(element));
    return either;
  }

  /** Any single value: numbers and words like true are texts where a text is wanted. */
  static ObjectNode scalar(ObjectNode schema) {
    schema.putArray("type").add("string").add("number").add("boolean");
    return schema;
  }

  /** One of some words, of which {@code null} is also YAML's own. */
  static void words(ObjectNode schema, List<String> words) {
    ArrayNode values = schema.putArray("enum");
    words.forEach(values::add);
    if (words.contains("null")) {
      values.addNull();
    }
  }

  private static ObjectNode text(ObjectNode schema, String pattern, String... others) {
    if (others.length == 0) {
      schema.put("type", "string");
    } else {
      ArrayNode types = schema.putArray("type");
      List.of(others).forEach(types::add);
      types.add("string");
    }
    return schema.put("pattern", pattern);
  }

  private static JsonNode asYaml(String text) {
    try {
      return YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Not a value of a YAML file: " + text, e);
    }
  }
}
