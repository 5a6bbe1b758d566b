package io.millrace.runtime.cli;

import java.util.Optional;
import org.apache.kafka.common.utils.AppInfoParser;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    // the manifest has it; classes that were never packed into a jar have no manifest
    String ours =
        Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
            .orElse("(not packaged)");
    return new String[] {
      "millrace %s (Kafka clients %s, Java %s)"
          .formatted(ours, AppInfoParser.getVersion(), Runtime.version())
    };
  }
}
