package io.millrace.runtime;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether the source folder of a class has a package-info.java: looked up by path, since most leave
 * no class file.
 */
final class HavePackageInfo extends ArchCondition<JavaClass> {
  private static final String[] MODULES = {
    "core", "embedded", "transforms", "sinks", "connect-plugins", "runtime", "benchmarks"
  };

  HavePackageInfo() {
    super("live in a package with a package-info.java");
  }

  @Override
  public void check(JavaClass type, ConditionEvents events) {
    String file = type.getPackageName().replace('.', '/') + "/package-info.java";
    for (String module : MODULES) {
      // the suites that modules share are a jar, and so not told from the house itself
      for (String sources : List.of("src/main/java", "src/test/java")) {
        if (Files.exists(Path.of("..", module, sources, file))) {
          return;
        }
      }
    }
    events.add(SimpleConditionEvent.violated(type, type.getName() + ": no " + file));
  }
}
