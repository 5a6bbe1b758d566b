package io.millrace.connect;

import java.util.Optional;

/** The version of this plugin, as its jar says. */
public final class PluginVersion {
  private PluginVersion() {}

  /** The version, or {@code unpackaged} where the classes lie in no jar. */
  public static String text() {
    return Optional.ofNullable(PluginVersion.class.getPackage().getImplementationVersion())
        .orElse("unpackaged");
  }
}
