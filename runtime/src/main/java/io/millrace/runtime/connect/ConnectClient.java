package io.millrace.runtime.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.core.MillraceException;
import io.millrace.core.options.Problem;
import io.millrace.core.stage.StoredOffset;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Kafka Connect's REST API, as far as a pipeline needs it. Waits while the cluster shares its work
 * out anew. Every method throws {@link MillraceException} (KAFKA): a passing one if the cluster
 * does not answer, a lasting one with the cluster's own words if it refuses.
 */
public final class ConnectClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);

  /** Connect itself gives up after 90 seconds. */
  private static final Duration ANSWER_LIMIT = Duration.ofSeconds(100);

  private static final Duration REBALANCE_LIMIT = Duration.ofSeconds(60);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int FAILED = 500;
  private static final int REFUSED = 400;

  private final String url;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_LIMIT)
          .build();

  /**
   * Speaks with one worker, which passes on what is another's.
   *
   * @param url of its REST API, e.g. {@code http://connect:8083}
   */
  public ConnectClient(String url) {
    this.url = url.replaceFirst("/+$", "");
  }

  /** What the cluster finds wrong with a connector's configuration, by property. */
  public List<Problem> validate(ConnectorConfig config) {
    String type = config.properties().get(ConnectorConfig.CLASS);
    requirePlugin(type);
    var properties = new TreeMap<>(config.properties());
    properties.put("name", config.name());
    JsonNode answer =
        require(send("PUT", "/connector-plugins/" + encode(type) + "/config/validate", properties));
    var problems = new ArrayList<Problem>();
    for (JsonNode option : answer.path("configs")) {
      JsonNode value = option.path("value");
      for (JsonNode error : value.path("errors")) {
        problems.add(new Problem(value.path("name").asText(), error.asText()));
      }
    }
    return problems;
  }

  private void requirePlugin(String type) {
    for (JsonNode plugin : require(send("GET", "/connector-plugins", Map.of()))) {
      if (plugin.path("class").asText().equals(type)) {
        return;
      }
    }
    throw MillraceException.lasting(
        MillraceException.Category.KAFKA,
        "Kafka Connect at %s has no connector %s: put Millrace's plugin folder into the plugin.path of every worker"
            .formatted(url, type));
  }

  /** Creates the connector, or changes its configuration. */
  public void put(ConnectorConfig config) {
    require(send("PUT", connector(config.name()) + "/config", config.properties()));
  }

  /** The configuration of a connector, if there is one of this name. */
  public Optional<ConnectorConfig> get(String name) {
    return find(send("GET", connector(name) + "/config", Map.of()))
        .map(
            answer -> {
              var properties = new TreeMap<String, String>();
              answer.properties().forEach(p -> properties.put(p.getKey(), p.getValue().asText()));
              properties.remove("name");
              return new ConnectorConfig(name, properties);
            });
  }

  /** How a connector fares, if there is one of this name and it has been started. */
  public Optional<ConnectorStatus> status(String name) {
    return find(send("GET", connector(name) + "/status", Map.of()))
        .map(
            answer -> {
              var tasks = new ArrayList<ConnectorStatus.Task>();
              for (JsonNode task : answer.path("tasks")) {
                tasks.add(
                    new ConnectorStatus.Task(
                        task.path("id").asInt(),
                        task.path("state").asText(),
                        task.path("trace").asText(null)));
              }
              JsonNode whole = answer.path("connector");
              return new ConnectorStatus(
                  whole.path("state").asText(), whole.path("trace").asText(null), tasks);
            });
  }

  /** A task that has not reported yet is missing in the status: it may still fail. */
  private int plannedTasks(String name) {
    return find(send("GET", connector(name) + "/tasks", Map.of())).map(JsonNode::size).orElse(0);
  }

  /**
   * What Connect keeps for a connector; nothing if there is no such connector. An offset is there
   * only some time after the record it belongs to: {@code offset.flush.interval.ms} of the workers.
   */
  public List<StoredOffset> offsets(String name) {
    var offsets = new ArrayList<StoredOffset>();
    find(send("GET", connector(name) + "/offsets", Map.of()))
        .ifPresent(
            answer -> {
              for (JsonNode each : answer.path("offsets")) {
                if (each.path("offset").isObject()) {
                  offsets.add(
                      new StoredOffset(map(each.path("partition")), map(each.path("offset"))));
                }
              }
            });
    return offsets;
  }

  private static Map<String, Object> map(JsonNode json) {
    return JSON.convertValue(json, new TypeReference<Map<String, Object>>() {});
  }

  /**
   * Stops a connector and forgets its offsets: it would begin anew.
   *
   * @return whether there is one of this name
   * @throws MillraceException (KAFKA) if it does not stop in time
   */
  public boolean reset(String name, Duration limit) {
    if (find(send("PUT", connector(name) + "/stop", Map.of())).isEmpty() && get(name).isEmpty()) {
      return false;
    }
    var pauses = new Pauses(limit);
    while (true) {
      HttpResponse<String> answer = send("DELETE", connector(name) + "/offsets", Map.of());
      if (answer.statusCode() < REFUSED || !pauses.pause()) {
        require(answer);
        return true;
      }
    }
  }

  /** Removes the connector; does nothing if there is none of this name. */
  public void delete(String name) {
    find(send("DELETE", connector(name), Map.of()));
  }

  /**
   * Waits until the connector and its tasks run. One that runs without tasks when the time is over
   * has nothing to read.
   *
   * @throws MillraceException (KAFKA) if it fails, or does not run in time
   */
  public ConnectorStatus awaitRunning(String name, Duration limit) {
    var pauses = new Pauses(limit);
    while (true) {
      Optional<ConnectorStatus> status = status(name);
      Optional<String> failure = status.flatMap(ConnectorStatus::failure);
      if (failure.isPresent()) {
        throw MillraceException.lasting(
            MillraceException.Category.KAFKA,
            "Connector %s failed: %s".formatted(name, failure.get()));
      }
      boolean running = status.isPresent() && status.get().running();
      int reported = status.map(known -> known.tasks().size()).orElse(0);
      if (running && reported > 0 && reported == plannedTasks(name)) {
        return status.get();
      }
      if (!pauses.pause()) {
        if (running) {
          return status.get();
        }
        throw MillraceException.lasting(
            MillraceException.Category.KAFKA,
            "Connector %s does not run after %d s: it is %s; see the log of the worker at %s"
                .formatted(
                    name,
                    limit.toSeconds(),
                    status.map(ConnectorStatus::state).orElse("not started"),
                    url));
      }
    }
  }

  private static String connector(String name) {
    return "/connectors/" + encode(name);
  }

  private static String encode(String segment) {
    return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private JsonNode require(HttpResponse<String> response) {
    JsonNode body = body(response);
    if (response.statusCode() >= REFUSED) {
      throw MillraceException.lasting(
          MillraceException.Category.KAFKA,
          "Kafka Connect at %s refuses: %s"
              .formatted(
                  url, body.path("message").asText().replaceFirst("^[\\w.$]+Exception: ", "")));
    }
    return body;
  }

  private Optional<JsonNode> find(HttpResponse<String> response) {
    return response.statusCode() == NOT_FOUND ? Optional.empty() : Optional.of(require(response));
  }

  private JsonNode body(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw MillraceException.lasting(
          MillraceException.Category.KAFKA,
          "Cannot use %s as Kafka Connect: it answers with status %d and no JSON; is connect.url right?"
              .formatted(response.uri(), response.statusCode()),
          e);
    }
  }

  private HttpResponse<String> send(String method, String path, Map<String, String> body) {
    var pauses = new Pauses(REBALANCE_LIMIT);
    HttpResponse<String> response = sendOnce(method, path, body);
    while (rebalancing(response) && pauses.pause()) {
      response = sendOnce(method, path, body);
    }
    return response;
  }

  /** Requests that are not passed on to the leader are refused with 500 instead of 409. */
  private static boolean rebalancing(HttpResponse<String> response) {
    return response.statusCode() == CONFLICT
        || (response.statusCode() == FAILED && response.body().contains("rebalance is expected"));
  }

  private HttpResponse<String> sendOnce(String method, String path, Map<String, String> body) {
    try {
      var request =
          HttpRequest.newBuilder(URI.create(url + path))
              .timeout(ANSWER_LIMIT)
              .header("Content-Type", "application/json")
              .header("Accept", "application/json")
              .method(
                  method,
                  body.isEmpty()
                      ? HttpRequest.BodyPublishers.noBody()
                      : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw MillraceException.passing(
          MillraceException.Category.KAFKA,
          "Cannot reach Kafka Connect at %s (%s): does it run, and is connect.url right?"
              .formatted(url, e.getClass().getSimpleName()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw MillraceException.passing(
          MillraceException.Category.KAFKA, "Interrupted while asking Kafka Connect at " + url, e);
    }
  }

  /** Longer and longer pauses, until a limit. */
  private static final class Pauses {
    private final long end;
    private Duration next = FIRST_PAUSE;

    Pauses(Duration limit) {
      end = System.nanoTime() + limit.toNanos();
    }

    /** Pauses, or says that the time is over. */
    boolean pause() {
      if (System.nanoTime() + next.toNanos() > end) {
        return false;
      }
      try {
        Thread.sleep(next.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      next =
          next.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? next.multipliedBy(2) : LONGEST_PAUSE;
      return true;
    }
  }
}
