package io.millrace.connect.clickhouse.server;

import com.clickhouse.client.api.ServerException;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a failed query means: whose fault it is, and whether trying again helps. Codes are those of
 * ClickHouse's {@code system.errors}.
 */
final class ServerFault {
  private static final Pattern CODE = Pattern.compile("Code: (\\d+)");
  private static final int LONGEST = 1000;

  private static final Set<Integer> LOGIN = Set.of(192, 193, 194, 516);
  private static final Set<Integer> ACCESS = Set.of(497, 291);
  private static final Set<Integer> MISSING = Set.of(60, 81);
  private static final Set<Integer> SETTING = Set.of(115, 164, 452, 472);

  /** Time-outs, limits that others' queries fill, shut-down, and the network within a cluster. */
  private static final Set<Integer> PASSING =
      Set.of(
          3, 159, 198, 202, 203, 209, 210, 225, 236, 241, 242, 243, 279, 285, 319, 394, 425, 439,
          999);

  private ServerFault() {}

  /**
   * An exception for a failure.
   *
   * @param what what failed, such as {@code Cannot ask http://ch:8123}
   */
  static MillraceException of(String what, Throwable failure) {
    Optional<ServerException> refused = find(failure, ServerException.class);
    String words = words(refused.isPresent() ? refused.get() : root(failure));
    int code = refused.map(ServerException::getCode).orElse(0);
    if (code == 0) {
      Matcher found = CODE.matcher(words);
      code = found.find() ? Integer.parseInt(found.group(1)) : 0;
    }
    String message = "%s: %s".formatted(what, words);
    if (code == 0 || PASSING.contains(code)) {
      return MillraceException.passing(Category.SOURCE, message, failure);
    } else if (LOGIN.contains(code)) {
      return configuration("password", message + "; check user and password");
    } else if (ACCESS.contains(code)) {
      return configuration("user", message + "; grant the user SELECT on it");
    } else if (MISSING.contains(code)) {
      return configuration("table", message);
    } else if (SETTING.contains(code)) {
      return configuration("settings", message);
    }
    return MillraceException.lasting(Category.SOURCE, message, failure);
  }

  private static MillraceException configuration(String key, String message) {
    return MillraceException.configuration(key, message);
  }

  private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (type.isInstance(each)) {
        return Optional.of(type.cast(each));
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
