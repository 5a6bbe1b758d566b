package io.millrace.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Finds a port for servers that must know theirs before they bind it. */
final class FreePort {
  // Below the ephemeral ranges of Linux and macOS: between our look and the server's bind, no
  // outgoing connection can
  // be given the port we chose.
  private static final int FIRST = 20_000;
  private static final int LAST = 32_000;
  private static final int TRIES = 200;
  private static final Pattern WHOLE = Pattern.compile("[0-9]{5}");

  private FreePort() {}

  /**
   * The port that a folder's server had at its last start, so that what was told its address then
   * (a connector's stored configuration, say) finds it again; another one if that is not free.
   */
  static int of(FolderLock lock) throws IOException {
    Path file = lock.folder().resolve("port");
    String last = Files.exists(file) ? Files.readString(file) : "";
    // A start that was killed may have left less than a port.
    if (WHOLE.matcher(last).matches() && isFree(Integer.parseInt(last))) {
      return Integer.parseInt(last);
    }
    int port = find();
    Files.writeString(file, Integer.toString(port));
    return port;
  }

  /** A port of 127.0.0.1 on which nothing listens right now. */
  static int find() {
    for (int i = 0; i < TRIES; i++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      if (isFree(port)) {
        return port;
      }
    }
    throw new EmbeddedException(
        "Cannot find a free port between "
            + FIRST
            + " and "
            + LAST
            + " on 127.0.0.1: stop what listens there");
  }

  private static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
