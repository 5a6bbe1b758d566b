package io.millrace.sinks.mirror;

import java.io.IOException;
import java.io.InputStream;

/** Where the state of a mirrored table lies. */
@FunctionalInterface
public interface BucketFiles {
  /**
   * The rows of a bucket as {@link MirrorFold#write} and {@link BucketSplitter} give them, from the
   * beginning; whoever opened it closes it. May be called more than once for the same bucket.
   */
  InputStream open(int bucket) throws IOException;
}
