package io.millrace.connect.clickhouse.server;

import com.clickhouse.client.api.query.QueryResponse;
import java.io.FilterInputStream;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bytes that a server answers with, as they come; one thread may read them, another close.
 * Whatever the client throws while it reads them is an IOException. Closing an answer that was not
 * read to its end ends its connection.
 */
public final class Answer extends FilterInputStream {
  private static final Logger LOG = LoggerFactory.getLogger(Answer.class);

  private final QueryResponse response;
  private final Runnable breaker;
  private volatile boolean ended;

  /**
   * An answer that begins.
   *
   * @param breaker ends the connection, whatever is under way on it
   */
  Answer(QueryResponse response, Runnable breaker) {
    super(response.getInputStream());
    this.response = response;
    this.breaker = breaker;
  }

  @Override
  public int read() throws IOException {
    try {
      int read = super.read();
      if (read < 0) {
        ended = true;
      }
      return read;
    } catch (RuntimeException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  @Override
  public int read(byte[] bytes, int from, int most) throws IOException {
    try {
      int read = super.read(bytes, from, most);
      if (read < 0) {
        ended = true;
      }
      return read;
    } catch (RuntimeException e) {
      throw new IOException(e.getMessage(), e);
    }
  }

  /** The client would read all that is left; the connection is ended before it can. */
  @Override
  public void close() {
    if (!ended) {
      breaker.run();
    }
    try {
      response.close();
    } catch (Exception e) { // the client declares no narrower one
      LOG.debug("An answer's connection was gone already", e);
    }
  }
}
