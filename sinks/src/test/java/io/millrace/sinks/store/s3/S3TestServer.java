package io.millrace.sinks.store.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/**
 * An S3 server in this JVM with one bucket, its objects in memory: S3Proxy behind a switch that can
 * answer otherwise.
 */
public final class S3TestServer implements AutoCloseable {
  public static final String BUCKET = "lake";
  public static final String ACCESS_KEY = "millrace";
  public static final String SECRET = "not-to-be-seen-anywhere";

  private final Faults faults = new Faults();
  private final TransientNio2BlobStore objects;
  private final S3Proxy proxy;
  private final FaultySwitch front;

  private S3TestServer() throws Exception {
    objects = new TransientNio2BlobStore();
    objects.createContainer(BUCKET);
    proxy =
        S3Proxy.builder()
            .blobStore(objects)
            .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, ACCESS_KEY, SECRET)
            .endpoint(URI.create("http://127.0.0.1:0"))
            .build();
    proxy.start();
    front = new FaultySwitch(faults, proxy.getPort(), key -> objects.removeBlob(BUCKET, key));
  }

  /** Starts one; takes about a second for the first of a JVM. */
  public static S3TestServer start() {
    try {
      return new S3TestServer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (Exception e) {
      throw new IllegalStateException("Cannot start S3Proxy", e);
    }
  }

  /** Where it listens. */
  public URI endpoint() {
    return front.address();
  }

  /** What happens to requests. */
  public Faults faults() {
    return faults;
  }

  /** A path in its bucket, such as {@code s3://lake/<folder>/}. */
  public String path(String folder) {
    return "s3://%s/%s/".formatted(BUCKET, folder);
  }

  /** The options {@code s3} of a sink that writes there, as a pipeline's file would hold them. */
  public Map<String, Object> options() {
    return Map.of(
        "endpoint", endpoint().toString(),
        "access_key_id", ACCESS_KEY,
        "secret_access_key", SECRET);
  }

  /** The names of all objects, also of those that no store lists, in order. */
  public List<String> names() {
    return objects.list(BUCKET).contents().stream().map(object -> object.key()).sorted().toList();
  }

  /** Copies an object, by its URL, to a folder under a name of its own, for readers of files. */
  public Path download(String url, Path folder) {
    String name = url.substring(("s3://" + BUCKET + "/").length());
    try (InputStream object = objects.getBlob(BUCKET, name)) {
      Path file = Files.createTempFile(folder, "object", name.substring(name.lastIndexOf('.')));
      Files.copy(object, file, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many uploads below a folder were begun and neither finished nor given up. */
  public long openUploads(String folder) {
    return objects.listMultipartUploads(BUCKET).stream()
        .filter(upload -> upload.key().startsWith(folder + "/"))
        .count();
  }

  @Override
  public void close() {
    front.close();
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new IllegalStateException("Cannot stop S3Proxy", e);
    }
  }
}
