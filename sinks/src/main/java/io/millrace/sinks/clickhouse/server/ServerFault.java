package io.millrace.sinks.clickhouse.server;

import com.clickhouse.client.api.ServerException;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a failed statement means: whose fault it is, and whether trying again helps. Codes are those
 * of ClickHouse's {@code system.errors}.
 */
final class ServerFault {
  private static final Pattern CODE = Pattern.compile("Code: (\\d+)");
  private static final int LONGEST = 1000;

  private static final Set<Integer> LOGIN = Set.of(192, 193, 194, 516);
  private static final Set<Integer> ACCESS = Set.of(497, 291, 164);
  private static final int UNKNOWN_DATABASE = 81;
  private static final Set<Integer> SETTING = Set.of(115, 452, 472);

  /** The disk is full, or a quota of bytes or tables is. */
  private static final Set<Integer> NO_ROOM = Set.of(243, 740);

  /**
   * Time-outs, limits that others' statements fill, too many parts, shut-down, and the network
   * within a cluster; and tables that another process took away: what is done next goes by what is
   * there then.
   */
  private static final Set<Integer> PASSING =
      Set.of(
          3, 60, 159, 198, 202, 203, 209, 210, 218, 225, 236, 241, 242, 252, 279, 285, 319, 341,
          394, 425, 439, 999);

  private ServerFault() {}

  /** ClickHouse's number for what went wrong; 0 if it was not the server that said so. */
  private static int code(Throwable failure) {
    Optional<ServerException> refused = refused(failure);
    int code = refused.map(ServerException::getCode).orElse(0);
    if (code == 0) {
      Matcher found = CODE.matcher(words(refused.isPresent() ? refused.get() : root(failure)));
      code = found.find() ? Integer.parseInt(found.group(1)) : 0;
    }
    return code;
  }

  /**
   * An exception for a failure.
   *
   * @param what what failed, such as {@code Cannot ask http://ch:8123}
   */
  static MillraceException of(String what, Throwable failure) {
    int code = code(failure);
    Throwable cause = refused(failure).map(Throwable.class::cast).orElse(root(failure));
    String message = "%s: %s".formatted(what, words(cause));
    if (code == 0 || PASSING.contains(code)) {
      return MillraceException.passing(Category.TARGET, message, failure);
    } else if (LOGIN.contains(code)) {
      return MillraceException.configuration("password", message + "; check user and password");
    } else if (ACCESS.contains(code)) {
      return MillraceException.configuration(
          "user", message + "; docs/clickhouse.md has the rights that a sink needs");
    } else if (code == UNKNOWN_DATABASE) {
      return MillraceException.configuration("database", message + "; create it first");
    } else if (SETTING.contains(code)) {
      return MillraceException.configuration("settings", message);
    } else if (NO_ROOM.contains(code)) {
      message += "; make room on the server and start again";
    }
    return MillraceException.lasting(Category.TARGET, message, failure);
  }

  private static Optional<ServerException> refused(Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof ServerException refused) {
        return Optional.of(refused);
      }
    }
    return Optional.empty();
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String words(Throwable failure) {
    String message =
        failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    return message
        .substring(0, Math.min(LONGEST, message.length()))
        .replaceAll("\\p{Cntrl}+", " ")
        .strip();
  }
}
