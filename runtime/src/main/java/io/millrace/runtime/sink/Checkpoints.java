package io.millrace.runtime.sink;

import java.time.Duration;

/** Keeps how far the lanes have come, for whoever goes on later. */
interface Checkpoints {
  /** Keeps nothing. */
  Checkpoints NONE =
      new Checkpoints() {
        @Override
        public void send() {}

        @Override
        public void sendAndWait(Duration patience) {}
      };

  /** Sends what is new, without waiting. */
  void send();

  /** Sends what is new or was never answered, and waits a while for the answer. */
  void sendAndWait(Duration patience);
}
