package io.millrace.runtime.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The highest resident memory this process has had. */
final class PeakMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String LINE = "VmHWM:";

  private PeakMemory() {}

  /** In bytes: VmHWM where there is a /proc, else what the JVM holds of heap. */
  static long bytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(LINE)) {
          return Long.parseLong(line.substring(LINE.length()).replace("kB", "").strip()) * 1024;
        }
      }
    } catch (IOException e) {
      // no /proc on this system: the heap is the best there is
    }
    return Runtime.getRuntime().totalMemory();
  }
}
