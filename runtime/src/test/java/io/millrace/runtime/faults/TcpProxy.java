package io.millrace.runtime.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands between a client and a server and does to their connections what networks do. One thread
 * for each direction of a connection.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int BUFFER = 1 << 16;
  private static final int LARGE = 1 << 14;
  private static final int CONNECT_MILLIS = 2_000;

  /** What becomes of bytes and of new connections. */
  public enum Weather {
    /** All of them arrive. */
    CLEAR(0),
    /** All arrive, each read 30 ms late. */
    SLOW(30),
    /** New connections are reset, as are those that stand. */
    REFUSING(0),
    /** Connections are accepted and stay; nothing arrives in either direction. */
    SILENT(0),
    /** Requests arrive and take effect; answers vanish. */
    ANSWERS_LOST(0),
    /** One bit of the next large request arrives wrong, then it clears up. */
    DAMAGING(0);

    private final int delayMillis;

    Weather(int delayMillis) {
      this.delayMillis = delayMillis;
    }
  }

  private final ServerSocket listener;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private volatile InetSocketAddress target;
  private volatile Weather weather = Weather.CLEAR;

  /** Whether a connection has suffered since the weather changed. */
  private volatile boolean harmful;

  /** Listens on a free port of 127.0.0.1; says to whom later, see {@link #leadTo}. */
  public TcpProxy() {
    try {
      listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    begin("proxy-accept", this::acceptAll);
  }

  /** Where new connections go from now on: a port of 127.0.0.1. */
  public void leadTo(int port) {
    target = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** The port that clients connect to. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Resets every connection that stands; new ones are treated as the weather is. */
  public void cut() {
    for (Connection connection : connections) {
      connection.reset();
      harmful = true;
    }
  }

  /** Changes the weather. Where bytes were lost before, the connection is reset. */
  public void become(Weather next) {
    harmful = false;
    weather = next;
    if (next == Weather.REFUSING) {
      cut();
    } else if (next == Weather.CLEAR || next == Weather.SLOW) {
      connections.stream().filter(connection -> connection.lossy).forEach(Connection::reset);
    }
  }

  /** Whether the weather has cost a connection its life, or bytes, since it became what it is. */
  public boolean isHarmful() {
    return harmful;
  }

  private static void begin(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void acceptAll() {
    while (!listener.isClosed()) {
      try {
        var connection = new Connection(listener.accept());
        if (weather == Weather.REFUSING) {
          harmful = true;
          connection.reset();
        } else {
          connections.add(connection);
          begin("proxy-requests", connection::requests);
        }
      } catch (IOException e) {
        // closed, or a client that has gone already
      }
    }
  }

  private final class Connection {
    private final Socket client;
    private final Socket server = new Socket();
    private volatile boolean lossy;

    private Connection(Socket client) {
      this.client = client;
    }

    private void requests() {
      try {
        server.connect(target, CONNECT_MILLIS);
        begin("proxy-answers", () -> pump(server, client, Weather.ANSWERS_LOST));
        pump(client, server, Weather.SILENT);
      } catch (IOException e) {
        reset();
      }
    }

    /**
     * Carries bytes until an end closes. What comes after lost bytes is lost too: no network
     * delivers a stream with a hole.
     */
    private void pump(Socket from, Socket to, Weather losing) {
      var buffer = new byte[BUFFER];
      boolean losingAll = false;
      try {
        for (int n = from.getInputStream().read(buffer);
            n >= 0;
            n = from.getInputStream().read(buffer)) {
          Weather now = weather;
          losingAll |= now == losing || now == Weather.SILENT;
          if (losingAll) {
            lossy = true;
            harmful = true;
          } else {
            if (now == Weather.DAMAGING && from == client && n >= LARGE) {
              buffer[n / 2] ^= 1;
              weather = Weather.CLEAR;
            }
            LockSupport.parkNanos(now.delayMillis * 1_000_000L);
            to.getOutputStream().write(buffer, 0, n);
          }
        }
      } catch (IOException e) {
        // one end is gone: so is the other
      }
      if (!losingAll) {
        reset();
      }
    }

    private void reset() {
      connections.remove(this);
      for (Socket socket : new Socket[] {client, server}) {
        try (socket) {
          socket.setSoLinger(true, 0);
        } catch (IOException e) {
          // closed already
        }
      }
    }
  }

  @Override
  public void close() {
    try (listener) {
      cut();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
