package io.millrace.sinks.store.gcs;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.sinks.store.s3.Fault;
import io.millrace.sinks.store.s3.Faults;
import io.millrace.sinks.store.s3.StoreRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/**
 * As much of Google Cloud Storage's JSON API as its client asks for, with one bucket in memory.
 * Operations have the API's names: {@code insert}, {@code upload} (a resumable upload's requests),
 * {@code get}, {@code media}, {@code list}, {@code delete}, {@code rewrite}, {@code
 * testPermissions}.
 */
public final class GcsTestServer implements AutoCloseable {
  static {
    // else an answer's body waits for the acknowledgement of its head
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  public static final String BUCKET = "lake";
  static final String TOKEN = "not-to-be-seen-anywhere";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Faults faults = new Faults();
  private final GcsObjects objects = new GcsObjects();
  private final Map<String, Session> sessions = new ConcurrentHashMap<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Set<String> authorizations = ConcurrentHashMap.newKeySet();
  private volatile boolean readOnly;

  private static final class Session {
    final String name;
    final String condition;
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ObjectNode finished;

    Session(String name, String condition) {
      this.name = name;
      this.condition = condition;
    }
  }

  private GcsTestServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** Starts one. */
  public static GcsTestServer start() {
    try {
      return new GcsTestServer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it listens. */
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** What happens to requests. */
  public Faults faults() {
    return faults;
  }

  /** A path in its bucket, such as {@code gs://lake/<folder>/}. */
  public String path(String folder) {
    return "gs://%s/%s/".formatted(BUCKET, folder);
  }

  /** The options {@code gcs} of a sink that writes there. */
  public Map<String, Object> options() {
    return Map.of("endpoint", endpoint().toString());
  }

  /** The names of all objects in order. */
  public List<String> names() {
    return objects.names("");
  }

  /** Copies an object, by its URL, to a folder under a name of its own, for readers of files. */
  public Path download(String url, Path folder) {
    String name = url.substring(("gs://" + BUCKET + "/").length());
    try {
      Path file = Files.createTempFile(folder, "object", name.substring(name.lastIndexOf('.')));
      return Files.write(file, objects.bytes(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** From now on nobody has the right to write. */
  void makeReadOnly() {
    readOnly = true;
  }

  /** As what requests came: {@code none} or the header {@code Authorization}. */
  Set<String> authorizations() {
    return authorizations;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      URI uri = exchange.getRequestURI();
      if (uri.getPath().equals("/token")) {
        send(
            exchange,
            200,
            JSON.createObjectNode()
                .put("access_token", TOKEN)
                .put("expires_in", 3600)
                .put("token_type", "Bearer"));
        return;
      }
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      authorizations.add(authorization == null ? "none" : authorization);
      String[] path = uri.getRawPath().substring(1).split("/");
      for (int i = 0; i < path.length; i++) {
        path[i] = decode(path[i]);
      }
      Map<String, String> query = query(uri.getRawQuery());
      String operation = operation(exchange.getRequestMethod(), path, query);
      var request = new StoreRequest(operation, key(path, query), Map.of());
      Fault fault = faults.meet(request).orElse(null);
      if (fault == Fault.DROPPED) {
        return;
      }
      byte[] body = body(exchange);
      if (fault == Fault.ERROR || fault == Fault.SLOW_DOWN || fault == Fault.DENIED) {
        refuse(exchange, fault == Fault.DENIED ? 403 : 503, "as told");
        return;
      }
      if (fault == Fault.VANISHED) {
        objects.delete(request.key());
      }
      try {
        answer(exchange, operation, path, query, body, fault);
      } catch (Refusal e) {
        refuse(exchange, e.status, e.getMessage());
      }
    }
  }

  private static String operation(String method, String[] path, Map<String, String> query) {
    if (query.containsKey("upload_id")) {
      return "upload";
    } else if (path[0].equals("upload")) {
      return query.getOrDefault("uploadType", "").equals("resumable") ? "upload" : "insert";
    } else if (List.of(path).contains("rewriteTo")) {
      return "rewrite";
    } else if (List.of(path).contains("iam")) {
      return "testPermissions";
    } else if (method.equals("DELETE")) {
      return "delete";
    } else if (path.length <= 5) {
      return "list";
    }
    return query.getOrDefault("alt", "").equals("media") ? "media" : "get";
  }

  /** The object's name: behind {@code b/<bucket>/o/}, or a parameter. */
  private static String key(String[] path, Map<String, String> query) {
    int at = Arrays.asList(path).indexOf("o");
    return at >= 0 && at + 1 < path.length ? path[at + 1] : query.getOrDefault("name", "");
  }

  private void answer(
      HttpExchange exchange,
      String operation,
      String[] path,
      Map<String, String> query,
      byte[] body,
      Fault fault)
      throws IOException {
    int bucket = Arrays.asList(path).indexOf("b");
    if (bucket >= 0 && !path[bucket + 1].equals(BUCKET)) {
      throw new Refusal(404, "The specified bucket does not exist.");
    }
    String name = key(path, query);
    String condition = query.get("ifGenerationMatch");
    JsonNode json = null;
    switch (operation) {
      case "insert" -> json = insertMultipart(exchange, query, body);
      case "upload" -> {
        json = upload(exchange, query, body);
        if (json == null) {
          return;
        }
      }
      case "get" -> json = objects.metadata(name);
      case "media" -> {
        media(exchange, name);
        return;
      }
      case "list" -> json = list(query);
      case "delete" -> objects.delete(name);
      case "rewrite" -> {
        ObjectNode copy = objects.put(path[path.length - 1], objects.bytes(name), condition);
        json = JSON.createObjectNode().put("done", true).put("kind", "storage#rewriteResponse");
        ((ObjectNode) json)
            .put("totalBytesRewritten", copy.get("size").asText())
            .put("objectSize", copy.get("size").asText())
            .set("resource", copy);
      }
      case "testPermissions" -> json = permissions(exchange.getRequestURI().getRawQuery());
      default -> throw new Refusal(400, "Unknown: " + exchange.getRequestURI());
    }
    if (fault == Fault.DONE_THEN_DROPPED) {
      return;
    } else if (fault == Fault.DONE_THEN_ERROR) {
      throw new Refusal(503, "as told");
    }
    if (json == null) {
      exchange.sendResponseHeaders(204, -1);
    } else {
      send(exchange, 200, json);
    }
  }

  private ObjectNode insertMultipart(HttpExchange exchange, Map<String, String> query, byte[] body)
      throws IOException {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    String boundary = "--" + type.replaceAll(".*boundary=\"?([^\";]+)\"?.*", "$1");
    int json = headEnd(body, indexOf(body, boundary.getBytes(UTF_8), 0));
    int next = indexOf(body, ("\r\n" + boundary).getBytes(UTF_8), json);
    int content = headEnd(body, next);
    int end = indexOf(body, ("\r\n" + boundary).getBytes(UTF_8), content);
    JsonNode metadata = JSON.readTree(Arrays.copyOfRange(body, json, next));
    String name = query.getOrDefault("name", metadata.path("name").asText());
    return objects.put(
        name, Arrays.copyOfRange(body, content, end), query.get("ifGenerationMatch"));
  }

  private static int headEnd(byte[] body, int from) {
    return indexOf(body, "\r\n\r\n".getBytes(UTF_8), from) + 4;
  }

  private static int indexOf(byte[] body, byte[] wanted, int from) {
    for (int i = from; i <= body.length - wanted.length; i++) {
      if (Arrays.equals(body, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new Refusal(400, "Not a multipart body");
  }

  /** The finished object, or null after an answer of its own. */
  private ObjectNode upload(HttpExchange exchange, Map<String, String> query, byte[] body)
      throws IOException {
    String id = query.get("upload_id");
    if (id == null) {
      JsonNode metadata = body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
      String name = query.getOrDefault("name", metadata.path("name").asText());
      String session = "session-" + sessions.size() + "-" + System.nanoTime();
      sessions.put(session, new Session(name, query.get("ifGenerationMatch")));
      exchange
          .getResponseHeaders()
          .put(
              "Location",
              List.of(
                  "%s/upload/storage/v1/b/%s/o?uploadType=resumable&upload_id=%s"
                      .formatted(endpoint(), BUCKET, session)));
      exchange.sendResponseHeaders(200, -1);
      return null;
    }
    Session session = sessions.get(id);
    if (session == null) {
      throw new Refusal(404, "No such upload");
    }
    synchronized (session) {
      // bytes 0-524287/*, bytes 524288-600000/600001, or bytes */*
      String[] range =
          exchange.getRequestHeaders().getFirst("Content-Range").substring(6).split("/", -1);
      if (!range[0].equals("*") && session.finished == null) {
        long from = Long.parseLong(range[0].split("-", -1)[0]);
        if (from > session.bytes.size()) {
          throw new Refusal(503, "Bytes are missing before " + from);
        }
        int known = (int) (session.bytes.size() - from);
        session.bytes.write(body, known, Math.max(0, body.length - known));
      }
      if (session.finished == null
          && !range[1].equals("*")
          && Long.parseLong(range[1]) == session.bytes.size()) {
        session.finished =
            objects.put(session.name, session.bytes.toByteArray(), session.condition);
      }
      if (session.finished != null) {
        return session.finished;
      }
      if (session.bytes.size() > 0) {
        exchange
            .getResponseHeaders()
            .put("Range", List.of("bytes=0-" + (session.bytes.size() - 1)));
      }
      exchange.sendResponseHeaders(308, -1);
      return null;
    }
  }

  private void media(HttpExchange exchange, String name) throws IOException {
    ObjectNode metadata = objects.metadata(name);
    byte[] bytes = objects.bytes(name);
    String range = exchange.getRequestHeaders().getFirst("Range");
    byte[] part = bytes;
    if (range != null && range.startsWith("bytes=")) {
      String[] ends = range.substring(6).split("-", -1);
      int from = Integer.parseInt(ends[0]);
      if (from >= bytes.length) {
        throw new Refusal(416, "The requested range is beyond the end");
      }
      int to = ends[1].isEmpty() ? bytes.length : Integer.parseInt(ends[1]) + 1;
      part = Arrays.copyOfRange(bytes, from, Math.min(to, bytes.length));
      exchange
          .getResponseHeaders()
          .put(
              "Content-Range",
              List.of("bytes %d-%d/%d".formatted(from, from + part.length - 1, bytes.length)));
    }
    exchange
        .getResponseHeaders()
        .put("x-goog-generation", List.of(metadata.get("generation").asText()));
    exchange
        .getResponseHeaders()
        .put("x-goog-hash", List.of("crc32c=" + metadata.get("crc32c").asText()));
    exchange.sendResponseHeaders(
        part.length == bytes.length ? 200 : 206, part.length == 0 ? -1 : part.length);
    if (part.length > 0) {
      exchange.getResponseBody().write(part);
    }
  }

  private JsonNode list(Map<String, String> query) {
    int limit = Integer.parseInt(query.getOrDefault("maxResults", "1000"));
    String after = query.getOrDefault("pageToken", "");
    List<String> names =
        objects.names(query.getOrDefault("prefix", "")).stream()
            .filter(name -> name.compareTo(after) > 0)
            .toList();
    ObjectNode page = JSON.createObjectNode().put("kind", "storage#objects");
    ArrayNode items = page.putArray("items");
    names.stream().limit(limit).forEach(name -> items.add(objects.metadata(name)));
    if (names.size() > limit) {
      page.put("nextPageToken", names.get(limit - 1));
    }
    return page;
  }

  private JsonNode permissions(String query) {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode granted = answer.putArray("permissions");
    for (String pair : query.split("&", -1)) {
      if (pair.startsWith("permissions=") && !(readOnly && pair.endsWith("create"))) {
        granted.add(decode(pair.substring("permissions=".length())));
      }
    }
    return answer;
  }

  private static byte[] body(HttpExchange exchange) throws IOException {
    InputStream in = exchange.getRequestBody();
    boolean zipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    try (InputStream plain = zipped ? new GZIPInputStream(in) : in) {
      return plain.readAllBytes();
    }
  }

  private static Map<String, String> query(String raw) {
    Map<String, String> query = new HashMap<>();
    for (String pair : raw == null ? new String[0] : raw.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        query.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
      }
    }
    return new TreeMap<>(query);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
  }

  private static void refuse(HttpExchange exchange, int status, String message) throws IOException {
    ObjectNode answer = JSON.createObjectNode();
    answer.putObject("error").put("code", status).put("message", message);
    send(exchange, status, answer);
  }

  private static void send(HttpExchange exchange, int status, JsonNode json) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(json);
    exchange.getResponseHeaders().put("Content-Type", List.of("application/json; charset=UTF-8"));
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  @Override
  public void close() {
    faults.clear();
    server.stop(0);
    threads.shutdownNow();
  }
}
