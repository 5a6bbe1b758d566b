package io.millrace.connect.postgres.server;

import io.millrace.core.MillraceException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** A database to log in to, and how its refusals are told to people. */
public final class PostgresServer {
  /**
   * Values of types we do not decode ourselves are rendered by the server: the same text whatever
   * the role's own settings are. Names of later versions are no problem, a missing one is skipped.
   */
  private static final String SETTINGS =
      """
      SELECT pg_catalog.set_config(s.name, s.value, false)
      FROM (VALUES ('TimeZone', 'UTC'), ('DateStyle', 'ISO, MDY'), ('IntervalStyle', 'postgres'),
                   ('extra_float_digits', '1'), ('bytea_output', 'hex'), ('row_security', 'off'),
                   ('statement_timeout', '0'), ('idle_in_transaction_session_timeout', '0'),
                   ('transaction_timeout', '0'), ('idle_session_timeout', '0')) AS s(name, value)
      JOIN pg_catalog.pg_settings known ON known.name = s.name
      """;

  /** The driver's own limit holds for the TCP connection only, not for a host that says nothing. */
  private static final int LOGIN_SECONDS = 10;

  private final Driver driver = new Driver();
  private final String url;
  private final Properties login;
  private final Properties resolved;

  private PostgresServer(String url, Properties login, Properties resolved) {
    this.url = url;
    this.login = login;
    this.resolved = resolved;
  }

  /**
   * The database behind a JDBC URL.
   *
   * @param login pgjdbc's {@code user} and {@code password}; what the URL says itself wins
   * @throws MillraceException (CONFIGURATION, key {@code url}) if it is none of Postgres
   */
  public static PostgresServer at(String url, Properties login) {
    String expected =
        "expected one such as jdbc:postgresql://host:5432/database, with user and password as"
            + " options of their own";
    if (!url.startsWith("jdbc:postgresql:") || address(url).indexOf('@') >= 0) {
      // The text itself may hold a password, so it is not repeated.
      throw MillraceException.configuration("url", "Cannot use the URL: " + expected);
    }
    Properties resolved = Driver.parseURL(url, login);
    if (resolved == null) {
      throw MillraceException.configuration(
          "url", "Cannot use the URL %s: %s".formatted(address(url), expected));
    }
    return new PostgresServer(url, login, resolved);
  }

  private static String address(String url) {
    int parameters = url.indexOf('?');
    return parameters < 0 ? url : url.substring(0, parameters);
  }

  /** A new session, each statement its own transaction; {@code purpose} is shown to the DBA. */
  public Connection connect(String purpose) throws SQLException {
    return connect(purpose, new Properties());
  }

  /**
   * A new session that can replicate, with the settings of all others: values that logical decoding
   * writes as text look as they do in a snapshot.
   */
  public Connection connectReplication(String purpose) throws SQLException {
    var protocol = new Properties();
    PGProperty.REPLICATION.set(protocol, "database");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(protocol, "10"); // else the driver does not know it
    PGProperty.PREFER_QUERY_MODE.set(protocol, "simple"); // a walsender knows no other
    return connect(purpose, protocol);
  }

  private Connection connect(String purpose, Properties protocol) throws SQLException {
    var info = new Properties();
    login.stringPropertyNames().forEach(k -> info.setProperty(k, login.getProperty(k)));
    info.putAll(protocol);
    PGProperty.APPLICATION_NAME.set(info, "millrace " + purpose);
    PGProperty.TCP_KEEP_ALIVE.set(info, true);
    PGProperty.LOGIN_TIMEOUT.set(info, LOGIN_SECONDS);
    Connection connection = driver.connect(url, info);
    try (Statement statement = connection.createStatement()) {
      statement.execute(SETTINGS);
      return connection;
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Where it is, without secrets: {@code host:port/database}. */
  public String name() {
    return "%s:%s/%s"
        .formatted(
            PGProperty.PG_HOST.getOrDefault(resolved),
            PGProperty.PG_PORT.getOrDefault(resolved),
            database());
  }

  private String database() {
    String name = PGProperty.PG_DBNAME.getOrDefault(resolved);
    return name == null ? user() : name;
  }

  private String user() {
    String user = PGProperty.USER.getOrDefault(resolved);
    return user == null ? System.getProperty("user.name") : user;
  }

  /** Whether the same call may succeed later, with a new session. */
  public static boolean passing(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    boolean refused = state.equals("08004");
    return (state.startsWith("08") && !refused) // connection exceptions
        || state.startsWith("57") // shutdown, crash, starting up, cancelled by somebody
        || state.startsWith("53") // out of connections, memory, disk
        || state.startsWith("40") // a standby's conflict with recovery
        || state.equals("55P03") // the role's lock_timeout
        || state.equals("55006"); // in use by another session, such as a replication slot
  }

  /** What went wrong, for people, naming the option at fault where there is one. */
  public MillraceException explain(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return switch (state) {
      case "28P01" ->
          MillraceException.configuration(
              "password",
              "Cannot log in to %s as \"%s\": wrong password".formatted(name(), user()));
      case "28000" ->
          MillraceException.configuration(
              "user", "Cannot log in to %s as \"%s\": %s".formatted(name(), user(), said(e)));
      case "3D000" ->
          MillraceException.configuration(
              "url",
              "Cannot connect to %s: there is no database \"%s\"".formatted(name(), database()));
      case "08001", "08004" -> unreachable(e);
      default ->
          passing(e)
              ? MillraceException.passing(
                  MillraceException.Category.SOURCE,
                  "Lost the session at %s: %s".formatted(name(), said(e)),
                  e)
              : MillraceException.lasting(
                  MillraceException.Category.SOURCE,
                  "Postgres at %s refused: %s".formatted(name(), said(e)),
                  e);
    };
  }

  /** The same for those who try again: retriable if that may help. */
  public MillraceException retriable(SQLException e) {
    MillraceException told = explain(e);
    return passing(e) && !told.retriable()
        ? MillraceException.passing(told.category(), told.getMessage(), e)
        : told;
  }

  private MillraceException unreachable(SQLException e) {
    if (e.getSQLState().equals("08004") && resolved.getProperty("password") == null) {
      return MillraceException.configuration(
          "password",
          "Cannot log in to %s as \"%s\": it asks for a password and none is given"
              .formatted(name(), user()));
    }
    String why = said(e);
    if (e.getCause() instanceof UnknownHostException) {
      why = "the host name is unknown";
    } else if (e.getCause() instanceof ConnectException refused) {
      why = "nobody answers (%s); does Postgres run there?".formatted(refused.getMessage());
    }
    return MillraceException.lasting(
        MillraceException.Category.SOURCE,
        "url",
        "Cannot connect to %s: %s".formatted(name(), why));
  }

  /** The server's or the driver's own words, should they quote the password: without it. */
  private String said(SQLException e) {
    String password = resolved.getProperty("password");
    return password == null || password.isEmpty() ? words(e) : words(e).replace(password, "***");
  }

  /** The server's or the driver's own words in one line. */
  public static String words(SQLException e) {
    return String.valueOf(e.getMessage()).replaceAll("\\s*\\R\\s*", "; ");
  }
}
