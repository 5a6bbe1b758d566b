package io.millrace.sinks.store.s3;

import io.millrace.core.Nonces;
import io.millrace.core.options.Secret;
import io.millrace.sinks.store.BucketPath;
import io.millrace.sinks.store.ObjectStoreContract;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The real client against a server whose conditions are not ours. */
class S3StoreIT extends ObjectStoreContract {
  private static final AtomicInteger FOLDERS = new AtomicInteger();
  private static S3TestServer server;

  private String folder;
  private List<S3Store> processes;
  private int next;

  @BeforeAll
  static void start() {
    server = S3TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected S3Store empty() {
    folder = "odd %41+ü name/" + FOLDERS.incrementAndGet();
    processes = Stream.generate(() -> store(server, folder, limits())).limit(RACERS).toList();
    return sameAgain();
  }

  @Override
  protected synchronized S3Store sameAgain() {
    return processes.get(next++ % RACERS);
  }

  @Override
  protected int rounds() {
    return 5;
  }

  static S3Store store(S3TestServer server, String folder, S3Limits limits) {
    return S3Store.open(
        BucketPath.parse(server.path(folder)),
        options(server),
        limits,
        new Nonces(new Random()),
        InstantSource.system());
  }

  static S3Options options(S3TestServer server) {
    return new S3Options(
        Optional.of(server.endpoint().toString()),
        Optional.empty(),
        Optional.empty(),
        Optional.of(S3TestServer.ACCESS_KEY),
        Optional.of(new Secret(S3TestServer.SECRET)));
  }

  /** Small parts and pages, so that little data makes many. */
  static S3Limits limits() {
    return new S3Limits(5 << 20, 6L << 20, 100, Duration.ofSeconds(5), 3);
  }
}
