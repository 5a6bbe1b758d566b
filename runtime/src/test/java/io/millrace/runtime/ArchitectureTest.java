package io.millrace.runtime;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The house of DESIGN.md section 2, one sentence a rule. */
class ArchitectureTest {
  private static final JavaClasses HOUSE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.millrace");

  @Test
  void coreKnowsNoKafkaNoJdbcAndNoParquet() {
    noClasses()
        .that()
        .resideInAPackage("io.millrace.core..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.kafka..", "java.sql..", "org.postgresql..", "org.apache.parquet..")
        .check(HOUSE);
  }

  @Test
  void coreKnowsNoOtherModule() {
    noClasses()
        .that()
        .resideInAPackage("io.millrace.core..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.millrace..")
                .and(
                    com.tngtech.archunit.base.DescribedPredicate.not(
                        resideInAPackage("io.millrace.core.."))))
        .check(HOUSE);
  }

  @Test
  void sinksKnowNoKafka() {
    noClasses()
        .that()
        .resideInAPackage("io.millrace.sinks..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.kafka..", "io.millrace.runtime..", "io.millrace.connect..")
        .check(HOUSE);
  }

  @Test
  void onlyItsOwnStoreKnowsTheLibraryOfAStore() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.millrace.sinks.store.s3..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("software.amazon.awssdk..")
        .check(HOUSE);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.millrace.sinks.store.gcs..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.cloud..", "com.google.api..", "com.google.auth..")
        .check(HOUSE);
  }

  @Test
  void onlyItsSessionsKnowTheClientOfClickHouse() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.millrace.connect.clickhouse.server..", "io.millrace.sinks.clickhouse.server..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.clickhouse..")
        .check(HOUSE);
  }

  @Test
  void connectorsKnowNoSinkAndNoRuntime() {
    noClasses()
        .that()
        .resideInAPackage("io.millrace.connect..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.millrace.sinks..", "io.millrace.runtime..", "io.millrace.embedded..")
        .check(HOUSE);
  }

  @Test
  void embeddedKnowsNoModuleOfOurs() {
    noClasses()
        .that()
        .resideInAPackage("io.millrace.embedded..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.millrace.core..",
            "io.millrace.connect..",
            "io.millrace.sinks..",
            "io.millrace.transforms..",
            "io.millrace.runtime..")
        .check(HOUSE);
  }

  @Test
  void theRuntimeFindsSourcesTransformsAndSinksByServiceLoaderOnly() {
    noClasses()
        .that()
        .resideInAPackage("io.millrace.runtime..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.millrace.connect..", "io.millrace.sinks..", "io.millrace.transforms..")
        .check(HOUSE);
  }

  @Test
  void onlyTheLocalServicesStartWhatIsEmbedded() {
    classes()
        .that()
        .resideInAPackage("io.millrace.embedded..")
        .should()
        .onlyHaveDependentClassesThat()
        .resideInAnyPackage("io.millrace.embedded..", "io.millrace.runtime.run..")
        .check(HOUSE);
  }

  @Test
  void theLaneIsPure() {
    noClasses()
        .that()
        .resideInAPackage("io.millrace.runtime.lane..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "org.apache.kafka..",
            "java.io..",
            "java.nio.file..",
            "java.util.concurrent..",
            "org.slf4j..")
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(java.time.InstantSource.class)
        .orShould()
        .dependOnClassesThat()
        .haveFullyQualifiedName("java.lang.Thread")
        .check(HOUSE);
  }

  @Test
  void clocksAreInjected() {
    noClasses()
        .that()
        .resideInAPackage("io.millrace..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(java.time.Instant.class, "now")
        .orShould()
        .callMethod(java.time.LocalDateTime.class, "now")
        .check(HOUSE);
  }

  @Test
  void packagesHaveNoImportCircles() {
    slices().matching("io.millrace.(**)").should().beFreeOfCycles().check(HOUSE);
  }

  @Test
  void namesSayWhatAThingDoes() {
    noClasses()
        .that()
        .resideInAPackage("io.millrace..")
        .should()
        .haveNameMatching(".*(Impl|Manager|Helper|Utils?|Abstract[A-Z].*|Base)$")
        .orShould()
        .resideInAnyPackage("..util..", "..common..", "..impl..", "..manager..")
        .check(HOUSE);
  }

  @Test
  void everyPackageSaysWhatItIsFor() {
    classes().that().resideInAPackage("io.millrace..").should(new HavePackageInfo()).check(HOUSE);
  }
}
