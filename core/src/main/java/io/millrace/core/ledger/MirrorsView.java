package io.millrace.core.ledger;

import io.millrace.core.StreamId;
import java.util.List;
import java.util.Optional;

/** The tables that a target keeps as they are now, for whoever only looks. */
public interface MirrorsView {
  /** Of a target that keeps none. */
  MirrorsView NONE =
      new MirrorsView() {
        @Override
        public Optional<MirrorVersion> published(StreamId stream) {
          return Optional.empty();
        }

        @Override
        public Optional<String> halted(StreamId stream) {
          return Optional.empty();
        }

        @Override
        public List<String> files(MirrorVersion version) {
          return List.of();
        }
      };

  /** The newest version that readers shall see. */
  Optional<MirrorVersion> published(StreamId stream);

  /** Why no later version can be made, until somebody does something about it. */
  Optional<String> halted(StreamId stream);

  /** The files that readers shall read, as absolute paths or URLs. */
  List<String> files(MirrorVersion version);
}
