package io.millrace.sinks.files;

import static io.millrace.sinks.files.ParquetSinkTest.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.options.Problem;
import io.millrace.core.stage.SampleRows;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkSession;
import io.millrace.core.stage.SinkType;
import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.schema.MessageTypeParser;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParquetSinkTypeTest {
  private static final Unit UNIT =
      new Unit(
          new StreamId("taxi", "trips"),
          new RunId("2026-11-19"),
          new PlanId(1_795_171_234_567L, "k3f9"),
          "pickup 1/2");

  @TempDir Path folder;

  private final ParquetSinkType type = new ParquetSinkType();

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(SinkType.class))
        .anyMatch(found -> found instanceof ParquetSinkType && found.name().equals("parquet"));
  }

  @Test
  void everyOptionHasADefault() {
    ParquetSinkOptions options = options(Map.of());

    assertThat(options.path()).isEqualTo("lake/{stream}/{run}/");
    assertThat(options.parquet().compression()).hasToString("ZSTD");
    assertThat(options.parquet().level()).isEqualTo(1);
    assertThat(options.parquet().encodings()).hasToString("DELTA");
    assertThat(options.parquet().rowGroupBytes()).isEqualTo(32 << 20);
    assertThat(options.keepSuperseded()).isZero();
    assertThat(options.writers()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "path, lake/{steam}/, did you mean {stream}?",
    "compression, zst, 'zstd'",
    "compression_level, 23, zstd",
    "row_group_size, 1k, they hold pages of 1m",
    "page_size, 65m, up to 64m",
    "page_size, 0, up to 64m",
    "row_group_rows, 0, at least 1",
    "statistics, maybe, true or false",
    "writers, 0, at least 1",
    "keep_superseded, soon, 10m",
  })
  void aWrongOptionIsNamed(String key, String value, String reason) {
    var problems = new ArrayList<Problem>();

    OptionsReader.read(ParquetSinkOptions.class, Map.of(key, value), problems::add);

    assertThat(problems)
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo(key);
              assertThat(problem.message()).containsIgnoringCase(reason);
            });
  }

  @Test
  void theFingerprintChangesWithWhatChangesFiles() {
    var fingerprints = new HashSet<String>();
    for (Map<String, ?> given :
        List.<Map<String, ?>>of(
            Map.of(),
            Map.of("compression", "snappy"),
            Map.of("compression_level", "7"),
            Map.of("row_group_size", "16m"),
            Map.of("row_group_rows", "1000"),
            Map.of("page_size", "2m"),
            Map.of("dictionary", "false"),
            Map.of("encodings", "plain"),
            Map.of("statistics", "false"),
            Map.of("page_index", "false"),
            filters("id", "0.01"),
            filters("ID", "0.01"),
            filters("id", "0.02"))) {
      try (Sink sink = type.open(context(), options(given))) {
        assertThat(fingerprints.add(sink.fingerprint())).isTrue();
      }
    }
    try (Sink sink = type.open(context(), options(Map.of("writers", "7", "path", "x/{run}")))) {
      assertThat(fingerprints).contains(sink.fingerprint());
    }
  }

  private static Map<String, ?> filters(String column, String fpp) {
    return Map.of("bloom_filters", Map.of("columns", List.of(column), "fpp", fpp));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "few", "NaN"})
  void aWrongShareIsNamed(String share) {
    var problems = new ArrayList<Problem>();

    OptionsReader.read(ParquetSinkOptions.class, filters("id", share), problems::add);

    assertThat(problems)
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo("bloom_filters.fpp");
              assertThat(problem.message()).contains('"' + share + '"', "between 0 and 1");
            });
  }

  @Test
  void aBloomFilterOfAnUnknownColumnIsNamedBeforeAnyRow() {
    try (Sink sink = type.open(context(), options(filters("idd", "0.01")))) {
      assertThatThrownBy(() -> sink.begin(UNIT, SampleRows.SCHEMA))
          .isInstanceOfSatisfying(
              MillraceException.class,
              e -> assertThat(e.category()).isEqualTo(Category.CONFIGURATION))
          .hasMessageStartingWith("Cannot make a Bloom filter for \"idd\": there is no such column")
          .hasMessageContaining("id");
    }
  }

  @Test
  void filesLieWhereThePathSaysAndSayWhatTheyHold() throws Exception {
    ParquetSinkOptions options = options(Map.of("path", "data/{pipeline}/day={run}/"));
    try (var allocator = new RootAllocator();
        Sink sink = type.open(context(), options);
        var batch = SampleRows.of(allocator, 0, 100);
        SinkSession session = sink.begin(UNIT, SampleRows.SCHEMA)) {
      session.append(batch);
      StagedFile file = session.finish().files().get(0);

      assertThat(file.path())
          .matches("taxi/day=2026-11-19/pickup%201%2F2-1795171234567-k3f9-[a-z0-9]{12}[.]parquet");
      assertThat(file.staged())
          .matches(
              "_millrace/taxi/lake/staging/trips/2026-11-19/1795171234567-k3f9/"
                  + "pickup%201%2F2-[a-z0-9]{12}[.]staged");
      Path staged = folder.resolve("data").resolve(file.staged());
      assertThat(Files.size(staged)).isEqualTo(file.bytes());
      assertThat(keyValueMetadata(staged))
          .containsEntry("millrace.pipeline", "taxi")
          .containsEntry("millrace.stream", "trips")
          .containsEntry("millrace.run", "2026-11-19")
          .containsEntry("millrace.plan", "1795171234567-k3f9")
          .containsEntry("millrace.partition", "pickup 1/2");
    }
  }

  @Test
  void filesKeepWhatTheSourceSaidOfTheTable() throws Exception {
    var schema =
        new Schema(SampleRows.SCHEMA.getFields(), Map.of("millrace.source-table", "public.trips"));
    try (var allocator = new RootAllocator();
        Sink sink = type.open(context(), options(Map.of()));
        var batch = SampleRows.of(allocator, 0, 3);
        SinkSession session = sink.begin(UNIT, schema)) {
      session.append(new VectorSchemaRoot(schema, batch.getFieldVectors(), 3));
      StagedFile file = session.finish().files().get(0);

      assertThat(keyValueMetadata(folder.resolve("lake").resolve(file.staged())))
          .containsEntry("millrace.source-table", "public.trips")
          .containsKey("ARROW:schema");
    }
  }

  private static Map<String, String> keyValueMetadata(Path file) throws Exception {
    String query =
        "SELECT decode(key), decode(value) FROM parquet_kv_metadata('%s')".formatted(file);
    try (var duckDb = DriverManager.getConnection("jdbc:duckdb:");
        var statement = duckDb.createStatement();
        var result = statement.executeQuery(query)) {
      var metadata = new HashMap<String, String>();
      while (result.next()) {
        metadata.put(result.getString(1), result.getString(2));
      }
      return metadata;
    }
  }

  @Test
  void nestedTypesAreNamedAsParquetNamesThem() {
    Field item = Field.nullable("item", new ArrowType.Utf8());
    Field list = new Field("l", FieldType.nullable(new ArrowType.List()), List.of(item));
    Field struct =
        new Field(
            "s",
            FieldType.nullable(new ArrowType.Struct()),
            List.of(list, Field.notNullable("u", new ArrowType.FixedSizeBinary(3))));

    assertThat(type.columnTypes(new Schema(List.of(list, struct))))
        .containsExactly(
            "group (LIST) {repeated group list {optional binary element (STRING)}}",
            "group {optional group l (LIST) {repeated group list {optional binary element"
                + " (STRING)}}; required fixed_len_byte_array[3] u}");
  }

  @Test
  void typesAreNamedAsParquetNamesThem() {
    assertThat(type.columnTypes(SampleRows.SCHEMA))
        .hasSameSizeAs(SampleRows.SCHEMA.getFields())
        .contains("int64", "boolean", "int32 (DATE)", "binary (STRING)", "double");
  }

  @Test
  void theSchemaIsInParquetsOwnNotation() {
    String text = type.schemaText(SampleRows.SCHEMA);

    assertThat(MessageTypeParser.parseMessageType(text).getFields())
        .extracting(Type::getName)
        .containsExactlyElementsOf(
            SampleRows.SCHEMA.getFields().stream().map(Field::getName).toList());
    assertThat(text).startsWith("message schema {\n").contains(" = 1;", "binary ", "(STRING)");
  }

  @Test
  void aCheckWritesNothing() {
    type.check(context(), options(Map.of()));

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aCheckFindsAnotherClustersLedger() throws IOException {
    type.open(context(), options(Map.of())).close();
    SinkContext foreign =
        new SinkContext(
            "taxi", "lake", SinkContext.SNAPSHOT, "kafka-2", folder, nonces(), Instant::now);

    assertThatThrownBy(() -> type.check(foreign, options(Map.of())))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.category()).isEqualTo(Category.TARGET))
        .hasMessageContaining(folder + "/lake/_millrace/taxi/lake/ledger.json")
        .hasMessageContaining("kafka-1")
        .hasMessageContaining("kafka-2");
    assertThat(type.look(foreign, options(Map.of())).openPlans()).isEmpty();
  }

  @Test
  void aCheckFindsAFileWhereTheFolderMustBe() throws IOException {
    Files.writeString(folder.resolve("lake"), "not a folder");

    for (Runnable call :
        List.<Runnable>of(
            () -> type.check(context(), options(Map.of())),
            () -> type.open(context(), options(Map.of())))) {
      assertThatThrownBy(call::run)
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining(folder.resolve("lake") + " is not a folder");
    }
  }

  @Test
  void aPathMayBeAFileUrl() {
    type.open(context(), options(Map.of("path", "file://" + folder + "/here/{run}/"))).close();
    assertThat(folder.resolve("here/_millrace/taxi/lake/ledger.json")).exists();
  }

  static Stream<Arguments> wrongStores() {
    String s3 = "s3://lake/{run}/";
    return Stream.of(
        Arguments.of(
            Map.of("path", "hdfs://lake/{run}/"),
            "path",
            "no store for hdfs://, use a local path, s3://bucket/, gs://bucket/"),
        Arguments.of(Map.of("path", "s3://{run}/"), "path", "name a bucket"),
        Arguments.of(Map.of("path", "s3://lake//raw/{run}/"), "path", "has no name"),
        Arguments.of(Map.of("s3", Map.of("region", "eu-central-1")), "s3", "begin it with s3://"),
        Arguments.of(
            Map.of("path", s3, "gcs", Map.of("project", "p")), "gcs", "begin it with gs://"),
        Arguments.of(
            Map.of("path", s3, "s3", Map.of("endpoint", "http://me:pw@minio:9000")),
            "s3.endpoint",
            "\"http://***@minio:9000\""),
        Arguments.of(
            Map.of("path", s3, "s3", Map.of("access_key_id", "me")),
            "s3.secret_access_key",
            "go together"));
  }

  @Test
  @SuppressWarnings("unchecked")
  void aLocalLakeNeedsNoneOfTheStoresLibraries() throws Exception {
    var classPath = new ArrayList<URL>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      if (!entry.matches(".*/(software|com/google/(cloud|auth|api|http-client))/.*")) {
        classPath.add(Path.of(entry).toUri().toURL());
      }
    }
    try (var without =
        new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
      assertThatThrownBy(() -> without.loadClass("software.amazon.awssdk.services.s3.S3Client"))
          .isInstanceOf(ClassNotFoundException.class);
      assertThatThrownBy(() -> without.loadClass("com.google.cloud.storage.Storage"))
          .isInstanceOf(ClassNotFoundException.class);

      ((Consumer<Path>) without.loadClass(LocalLake.class.getName()).getConstructor().newInstance())
          .accept(folder);
    }
    assertThat(folder.resolve("lake/_millrace/taxi/lake/ledger.json")).exists();
  }

  @ParameterizedTest
  @MethodSource("wrongStores")
  void aWrongStoreIsNamed(Map<String, ?> given, String key, String reason) {
    var problems = new ArrayList<Problem>();

    OptionsReader.read(ParquetSinkOptions.class, given, problems::add);

    assertThat(problems)
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo(key);
              assertThat(problem.message()).contains(reason);
            });
  }

  private SinkContext context() {
    return new SinkContext(
        "taxi", "lake", SinkContext.SNAPSHOT, "kafka-1", folder, nonces(), Instant::now);
  }

  private static Nonces nonces() {
    return new Nonces(new Random());
  }
}
