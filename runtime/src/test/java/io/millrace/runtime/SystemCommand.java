package io.millrace.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.util.List;

/** A command of the system that a test cannot do without. */
final class SystemCommand {
  private SystemCommand() {}

  /** Runs it to its end; fails with what it said where it does not succeed. */
  static void run(String... command) {
    String reason;
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      reason = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
      if (process.waitFor() == 0) {
        return;
      }
    } catch (IOException e) {
      reason = e.getMessage();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reason = "interrupted";
    }
    throw new AssertionError(
        "Cannot %s: %s; this test needs root on a Debian, as CI has it"
            .formatted(String.join(" ", List.of(command)), reason));
  }
}
