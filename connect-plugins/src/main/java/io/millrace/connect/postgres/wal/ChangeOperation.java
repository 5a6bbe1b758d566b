package io.millrace.connect.postgres.wal;

/** What a change did. */
enum ChangeOperation {
  INSERT,
  UPDATE,
  DELETE,
  TRUNCATE
}
