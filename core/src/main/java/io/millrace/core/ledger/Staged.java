package io.millrace.core.ledger;

import java.util.List;

/**
 * The outcome of one staging try.
 *
 * @param writer the nonce of the try, part of every file's names
 * @param files the files; none for a unit without rows
 */
public record Staged(String writer, List<StagedFile> files) {
  public Staged {
    files = List.copyOf(files);
  }

  /** Rows in all files. */
  public long rows() {
    return files.stream().mapToLong(StagedFile::rows).sum();
  }

  /** Length of all files. */
  public long bytes() {
    return files.stream().mapToLong(StagedFile::bytes).sum();
  }
}
