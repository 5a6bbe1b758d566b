package io.millrace.connect.postgres.column.append;

/** How a value is asked for: SQL over SQL. */
@FunctionalInterface
public interface Selection {
  /** By the text of each element, in the same dimensions. */
  Selection TEXT_ARRAY = value -> value + "::text[]";

  /** By the server's own text of it. */
  Selection TEXT = value -> value + "::text";

  /** As it is, in its type's own binary format. */
  Selection AS_SENT =
      new Selection() {
        @Override
        public String of(String value) {
          return value;
        }

        @Override
        public Selection ofArray() {
          return this;
        }
      };

  /** What to select for the value that this SQL stands for. */
  String of(String value);

  /** How an array of such values is asked for; if by its text, its elements are text. */
  default Selection ofArray() {
    return TEXT_ARRAY;
  }
}
