package io.millrace.sinks.store.s3;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * An HTTP server that passes requests on as they are, host and signature included, unless a fault
 * is due.
 */
final class FaultySwitch implements AutoCloseable {
  static {
    // else an answer's body waits for the acknowledgement of its head
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private static final Set<String> NOT_PASSED_ON =
      Set.of("connection", "transfer-encoding", "content-length", "expect", "keep-alive");
  private static final String ERROR =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>as"
          + " told</Message><RequestId>0</RequestId></Error>";

  private final Faults faults;
  private final int behind;
  private final Consumer<String> remover;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /**
   * @param behind the port requests are passed on to
   * @param remover takes an object away behind everybody's back
   */
  FaultySwitch(Faults faults, int behind, Consumer<String> remover) throws IOException {
    this.faults = faults;
    this.behind = behind;
    this.remover = remover;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private static final class Answer {
    final int status;
    final Map<String, String> headers;
    final byte[] body;

    Answer(int status, Map<String, String> headers, byte[] body) {
      this.status = status;
      this.headers = headers;
      this.body = body;
    }

    static Answer error(int status, String code) {
      return new Answer(
          status, Map.of("content-type", "application/xml"), ERROR.formatted(code).getBytes(UTF_8));
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Map<String, String> headers = new HashMap<>();
      exchange
          .getRequestHeaders()
          .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
      URI uri = exchange.getRequestURI();
      var request =
          StoreRequest.of(exchange.getRequestMethod(), uri.getPath(), uri.getRawQuery(), headers);
      Fault fault = faults.meet(request).orElse(null);
      if (fault == Fault.DROPPED) {
        return;
      }
      byte[] body = exchange.getRequestBody().readAllBytes();
      Answer answer =
          fault == null ? pass(exchange, headers, body) : with(fault, exchange, request, body);
      if (answer != null) {
        send(exchange, answer);
      }
    }
  }

  /** The answer, or null for none. */
  private Answer with(Fault fault, HttpExchange exchange, StoreRequest request, byte[] body)
      throws IOException {
    return switch (fault) {
      case ERROR -> Answer.error(500, "InternalError");
      case SLOW_DOWN -> Answer.error(503, "SlowDown");
      case DENIED -> Answer.error(403, "AccessDenied");
      case CONFLICT -> Answer.error(409, "ConditionalRequestConflict");
      case ERROR_IN_OK -> Answer.error(200, "InternalError");
      case EMPTY_OK -> new Answer(200, Map.of(), new byte[0]);
      case DROPPED -> null;
      case DONE_THEN_ERROR -> {
        pass(exchange, request.headers(), body);
        yield Answer.error(500, "InternalError");
      }
      case DONE_THEN_DROPPED -> {
        pass(exchange, request.headers(), body);
        yield null;
      }
      case DONE_THEN_SILENT -> {
        pass(exchange, request.headers(), body);
        try {
          faults.awaitClear();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
        yield null;
      }
      case VANISHED -> {
        String source = request.headers().get("x-amz-copy-source");
        remover.accept(source == null ? request.key() : keyOf(source));
        yield pass(exchange, request.headers(), body);
      }
      case CONDITION_IGNORED -> {
        remover.accept(request.key());
        yield pass(exchange, request.headers(), body);
      }
    };
  }

  private static String keyOf(String copySource) {
    String path = URLDecoder.decode(copySource.replace("+", "%2B"), UTF_8);
    return path.substring(path.indexOf('/', 1) + 1);
  }

  private Answer pass(HttpExchange exchange, Map<String, String> headers, byte[] body)
      throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), behind)) {
      // HTTP/1.0: the answer comes in one piece and ends with the connection
      var head = new StringBuilder();
      head.append(exchange.getRequestMethod())
          .append(' ')
          .append(exchange.getRequestURI())
          .append(" HTTP/1.0\r\n");
      headers.forEach(
          (name, value) -> {
            if (!NOT_PASSED_ON.contains(name)) {
              head.append(name).append(": ").append(value).append("\r\n");
            }
          });
      head.append("content-length: ").append(body.length).append("\r\n\r\n");
      socket.getOutputStream().write(head.toString().getBytes(ISO_8859_1));
      socket.getOutputStream().write(body);
      socket.getOutputStream().flush();
      return parse(socket.getInputStream().readAllBytes());
    }
  }

  private static Answer parse(byte[] bytes) {
    InputStream in = new ByteArrayInputStream(bytes);
    int status = Integer.parseInt(line(in).split(" ", 3)[1]);
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    try {
      return new Answer(status, headers, in.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("An array can be read", e);
    }
  }

  private static String line(InputStream in) {
    var line = new StringBuilder();
    try {
      for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
        line.append((char) c);
      }
    } catch (IOException e) {
      throw new IllegalStateException("An array can be read", e);
    }
    return line.toString().strip();
  }

  private static void send(HttpExchange exchange, Answer answer) throws IOException {
    answer.headers.forEach(
        (name, value) -> {
          if (!NOT_PASSED_ON.contains(name)) {
            exchange.getResponseHeaders().put(name, List.of(value));
          }
        });
    boolean bodiless = exchange.getRequestMethod().equals("HEAD");
    if (bodiless && answer.headers.containsKey("content-length")) {
      exchange
          .getResponseHeaders()
          .put("content-length", List.of(answer.headers.get("content-length")));
    }
    boolean empty = bodiless || answer.body.length == 0;
    exchange.sendResponseHeaders(answer.status, empty ? -1 : answer.body.length);
    if (!empty) {
      exchange.getResponseBody().write(answer.body);
    }
  }

  @Override
  public void close() {
    faults.clear();
    server.stop(0);
    threads.shutdownNow();
  }
}
