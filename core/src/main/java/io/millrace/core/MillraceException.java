package io.millrace.core;

import java.util.Optional;

/**
 * The one exception of Millrace. Its message says what failed, which value, and what to do; it
 * never holds a secret.
 */
public final class MillraceException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Who has to act, and how a process ends. */
  public enum Category {
    /** The configuration or the command line is wrong: exit code 2. */
    CONFIGURATION,
    /** The source refused or failed. */
    SOURCE,
    /** Bytes, a value or a schema cannot be what they claim to be. */
    DATA,
    /** Kafka or Kafka Connect refused or failed. */
    KAFKA,
    /** The sink's target refused or failed. */
    TARGET,
    /** A rule of the protocol was broken: a defect of ours or of another writer. */
    PROTOCOL
  }

  private final Category category;
  private final boolean retriable;
  private final String key;

  private MillraceException(
      Category category, boolean retriable, String key, String message, Throwable cause) {
    super(message, cause);
    this.category = category;
    this.retriable = retriable;
    this.key = key;
  }

  /** An error that the same call would meet again. */
  public static MillraceException lasting(Category category, String message) {
    return new MillraceException(category, false, null, message, null);
  }

  /** An error that the same call would meet again, with its cause. */
  public static MillraceException lasting(Category category, String message, Throwable cause) {
    return new MillraceException(category, false, null, message, cause);
  }

  /** An error that the same call would meet again, about the option {@code key} (dotted). */
  public static MillraceException lasting(Category category, String key, String message) {
    return new MillraceException(category, false, key, message, null);
  }

  /** An error that may pass by itself: a retry helps. */
  public static MillraceException passing(Category category, String message, Throwable cause) {
    return new MillraceException(category, true, null, message, cause);
  }

  /** Bad configuration. */
  public static MillraceException configuration(String message) {
    return lasting(Category.CONFIGURATION, message);
  }

  /** Bad configuration: the option {@code key} (dotted, relative to its component) is at fault. */
  public static MillraceException configuration(String key, String message) {
    return new MillraceException(Category.CONFIGURATION, false, key, message, null);
  }

  /** Bad data. */
  public static MillraceException data(String message) {
    return lasting(Category.DATA, message);
  }

  /** The option at fault, so that whoever knows the file can name its line. */
  public Optional<String> key() {
    return Optional.ofNullable(key);
  }

  public Category category() {
    return category;
  }

  public boolean retriable() {
    return retriable;
  }
}
