package io.millrace.connect.postgres.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

/** A Connect worker's REST API. */
public final class ConnectRest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final String url;

  public ConnectRest(String url) {
    this.url = url;
  }

  public void put(String connector, Map<String, String> config) {
    send("PUT", "/connectors/" + connector + "/config", config);
  }

  public void delete(String connector) {
    send("DELETE", "/connectors/" + connector, null);
  }

  public void restart(String connector) {
    send("POST", "/connectors/" + connector + "/restart?includeTasks=true", null);
  }

  public void restart(String connector, int task) {
    send("POST", "/connectors/" + connector + "/tasks/" + task + "/restart", null);
  }

  public JsonNode status(String connector) {
    return send("GET", "/connectors/" + connector + "/status", null);
  }

  public JsonNode offsets(String connector) {
    return send("GET", "/connectors/" + connector + "/offsets", null);
  }

  public JsonNode taskConfigs(String connector) {
    return send("GET", "/connectors/" + connector + "/tasks", null);
  }

  public JsonNode validate(String type, Map<String, String> config) {
    return send("PUT", "/connector-plugins/" + type + "/config/validate", config);
  }

  private JsonNode send(String method, String path, Object body) {
    try {
      var publisher =
          body == null
              ? HttpRequest.BodyPublishers.noBody()
              : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
      var request =
          HttpRequest.newBuilder(URI.create(url + path))
              .header("Content-Type", "application/json")
              .method(method, publisher)
              .build();
      var response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
      if (response.statusCode() >= 300) {
        throw new IOException(
            method
                + " "
                + path
                + ": "
                + response.statusCode()
                + " "
                + new String(response.body(), UTF_8));
      }
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
