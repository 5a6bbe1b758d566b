package io.millrace.core;

import java.util.regex.Pattern;

/**
 * One table or API resource of a pipeline.
 *
 * @param pipeline the pipeline's name
 * @param name the stream's name within it, by default that of its table
 */
public record StreamId(String pipeline, String name) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]+");

  /** Ends the name of a topic of changes. */
  private static final String CHANGES = ".changes";

  /** No stream has this name: a pipeline's dead letters have the topic it would have. */
  private static final String DEAD_LETTERS = "dead-letters";

  public StreamId {
    requireName("pipeline", pipeline);
    requireName("stream", name);
    if (name.equals(DEAD_LETTERS)) {
      throw MillraceException.configuration(
          "Cannot use \"%s\" as the name of a stream: the topic %s is for what sinks cannot use"
              .formatted(name, deadLetters(pipeline)));
    }
  }

  /** The topic for the records of a pipeline that its sinks cannot use. */
  public static String deadLetters(String pipeline) {
    return pipeline + "." + DEAD_LETTERS;
  }

  /** Whether this is the topic of some pipeline's dead letters. */
  public static boolean isDeadLetters(String topic) {
    return topic.endsWith("." + DEAD_LETTERS);
  }

  /** Refuses a name that could not be part of a topic, a path and a consumer group alike. */
  public static String requireName(String what, String name) {
    if (!isName(name)) {
      throw MillraceException.configuration(
          "Cannot use \"%s\" as the name of a %s: only a-z, 0-9, _ and - are allowed"
              .formatted(name, what));
    }
    return name;
  }

  /** Whether {@code name} can name a pipeline, a stream or a sink. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** The name of the stream whose topic, of whatever kind, is called so behind its pipeline. */
  public static String nameOf(String topic) {
    return topic.endsWith(CHANGES) ? topic.substring(0, topic.length() - CHANGES.length()) : topic;
  }

  /** The topic of the stream's bounded batches. */
  public String topic() {
    return pipeline + "." + name;
  }

  /** The topic of the stream's changes. */
  public String changesTopic() {
    return topic() + CHANGES;
  }

  @Override
  public String toString() {
    return topic();
  }
}
