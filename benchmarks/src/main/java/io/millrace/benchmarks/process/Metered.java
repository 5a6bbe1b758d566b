package io.millrace.benchmarks.process;

/** Somebody whose CPU and memory are measured. */
public interface Metered {
  /** A word for the tables. */
  String role();

  /** User and system seconds so far, of all that belongs to it; never shrinks. */
  double cpuSeconds();

  /** The highest resident memory so far, in MiB; 0 where it cannot be told. */
  long peakMebibytes();

  /** Somebody of whom nothing is known. */
  static Metered unknown(String role) {
    return new Metered() {
      @Override
      public String role() {
        return role;
      }

      @Override
      public double cpuSeconds() {
        return 0;
      }

      @Override
      public long peakMebibytes() {
        return 0;
      }
    };
  }

  /** A process without the children it may have. */
  static Metered process(String role, long pid) {
    return new Metered() {
      @Override
      public String role() {
        return role;
      }

      @Override
      public double cpuSeconds() {
        return ProcessFiles.times(pid).map(ProcessFiles.Times::own).orElse(0.0);
      }

      @Override
      public long peakMebibytes() {
        return ProcessFiles.peakMebibytes(pid);
      }
    };
  }

  /**
   * A process with all its children, those included that have ended: a server that has a process
   * for each session. Their memory is shared, so that its sum would say nothing.
   */
  static Metered tree(String role, long pid) {
    return new Metered() {
      @Override
      public String role() {
        return role;
      }

      @Override
      public double cpuSeconds() {
        double seconds = ProcessFiles.times(pid).map(ProcessFiles.Times::sum).orElse(0.0);
        for (long child :
            ProcessHandle.of(pid)
                .map(leader -> leader.descendants().mapToLong(ProcessHandle::pid).toArray())
                .orElse(new long[0])) {
          seconds += ProcessFiles.times(child).map(ProcessFiles.Times::sum).orElse(0.0);
        }
        return seconds;
      }

      @Override
      public long peakMebibytes() {
        return 0;
      }
    };
  }
}
