package io.millrace.runtime.run;

import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a bounded run asks its connectors for: a short text that the nonces of the answering plans
 * begin with. Kept in a file until it is fulfilled, so that the next start goes on with an
 * unfinished run.
 */
final class RunRequest {
  private static final int LENGTH = 8;

  private final Path file;
  private final String id;
  private final boolean resumed;

  private RunRequest(Path file, String id, boolean resumed) {
    this.file = file;
    this.id = id;
    this.resumed = resumed;
  }

  /**
   * The request left unfinished in the folder, else a new one.
   *
   * @param purpose what is asked for, in one line: a request for something else is forgotten
   */
  static RunRequest of(Path folder, String purpose, Nonces nonces) {
    Path file = folder.resolve("request");
    try {
      List<String> left = Files.exists(file) ? Files.readAllLines(file) : List.of();
      if (left.size() == 2 && left.get(1).equals(purpose)) {
        return new RunRequest(file, left.get(0), true);
      }
      Files.createDirectories(folder);
      String id = nonces.next().substring(0, LENGTH);
      Files.write(file, List.of(id, purpose));
      return new RunRequest(file, id, false);
    } catch (IOException e) {
      throw failed("keep", file, e);
    }
  }

  String id() {
    return id;
  }

  /** Whether an earlier start asked for this already. */
  boolean resumed() {
    return resumed;
  }

  boolean answeredBy(PlanId plan) {
    return plan.nonce().startsWith(id);
  }

  /** Forgets the request: the next run is a new one. */
  void fulfil() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw failed("remove", file, e);
    }
  }

  private static MillraceException failed(String what, Path file, IOException e) {
    return MillraceException.lasting(
        MillraceException.Category.TARGET,
        "Cannot %s the run's request in %s: %s; run in a folder that user \"%s\" can write"
            .formatted(what, file, reason(e), System.getProperty("user.name")),
        e);
  }

  private static String reason(IOException e) {
    return e instanceof AccessDeniedException denied
        ? "permission denied at " + denied.getFile()
        : e.toString();
  }
}
