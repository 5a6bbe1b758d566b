package io.millrace.connect.debezium.value;

/** A value that cannot be written; its message says which and why, whoever catches it where. */
public final class UnreadableValue extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnreadableValue(String message) {
    super(message);
  }
}
