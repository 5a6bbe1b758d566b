package io.millrace.connect;

import io.millrace.core.options.Problem;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;

/** How a connector tells Connect what is wrong with its configuration. */
public final class ConnectorChecks {
  private ConnectorChecks() {}

  /** The configuration with each problem at its key, the first where there are several. */
  public static Config report(List<Problem> problems, Config config) {
    var values = new ArrayList<>(config.configValues());
    problems.forEach(problem -> report(problem, values));
    return new Config(values);
  }

  private static void report(Problem problem, List<ConfigValue> values) {
    for (ConfigValue value : values) {
      if (value.name().equals(problem.path())) {
        if (value.errorMessages().isEmpty()) {
          value.addErrorMessage(problem.message());
        }
        return;
      }
    }
    var value = new ConfigValue(problem.path());
    value.addErrorMessage(problem.message());
    values.add(value);
  }
}
