package io.millrace.runtime.config;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.options.ByteSize;
import io.millrace.core.options.Option;
import io.millrace.core.options.Secret;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkType;
import io.millrace.core.stage.SourceRequest;
import io.millrace.core.stage.SourceTable;
import io.millrace.core.stage.SourceTables;
import io.millrace.core.stage.SourceTables.Unreadable;
import io.millrace.core.stage.SourceType;
import io.millrace.core.stage.StoredOffset;
import io.millrace.core.stage.Transform;
import io.millrace.core.stage.TransformType;
import io.millrace.core.window.WindowOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Stages that do nothing, to read files with. */
public final class SampleTypes {
  /** One of each kind. */
  public static final StageTypes ALL =
      new StageTypes(
          Map.of("table", new TableSource()),
          Map.of("rename", new Rename()),
          Map.of("files", new FilesSink()));

  /** A table that cannot be read. */
  public static final String LOCKED = "locked";

  /** A table whose columns have fields within them. */
  public static final String NESTED = "nested";

  private SampleTypes() {}

  /** How a table is cut. */
  public record PartitionOptions(
      @Option("The column.") String column,
      @Option(value = "How many.", defaultValue = "4") int ranges) {}

  /** What to read. */
  public record TableOptions(
      @Option(value = "Where the database is.", example = "db://host/app") Optional<String> url,
      @Option("Who asks.") Optional<String> user,
      @Option("The user's password.") Optional<Secret> password,
      @Option("The tables.") List<String> tables,
      @Option("How each is cut.") Optional<PartitionOptions> partition,
      @Option("Passed on with each query.") Map<String, Secret> tokens,
      @Option(value = "How many tasks read.", defaultValue = "1") int tasks,
      @Option(value = "The largest record.", defaultValue = "900k") ByteSize batchBytes) {
    public TableOptions {
      if (tables.isEmpty()) {
        throw MillraceException.configuration("tables", "Missing: which tables to read");
      }
    }
  }

  /** Reads nothing. */
  public static final class TableSource implements SourceType<TableOptions> {
    @Override
    public String name() {
      return "table";
    }

    @Override
    public Class<TableOptions> options() {
      return TableOptions.class;
    }

    @Override
    public String connectorClass(TableOptions options) {
      return "io.millrace.runtime.connect.TableConnector";
    }

    @Override
    public Optional<List<String>> streams(TableOptions options) {
      for (String table : options.tables) {
        if (!StreamId.isName(table)) {
          throw MillraceException.configuration(
              "tables", "Cannot name a stream after table \"%s\"".formatted(table));
        }
      }
      return Optional.of(options.tables);
    }

    @Override
    public boolean isFulfilled(
        TableOptions options, SourceRequest request, List<StoredOffset> offsets) {
      return true;
    }

    @Override
    public SourceTables describe(TableOptions options, WindowOptions windows) {
      if (windows.column().equals("missing")) {
        throw MillraceException.configuration("run.column", "There is no column \"missing\"");
      }
      return describe(options);
    }

    @Override
    public SourceTables describe(TableOptions options) {
      if (options.tables.contains("missing")) {
        throw MillraceException.configuration("tables", "There is no table \"missing\"");
      }
      return new SourceTables(
          options.tables.stream()
              .filter(table -> !table.equals(LOCKED))
              .map(table -> new SourceTable(table, "app." + table, schema(table), 42))
              .toList(),
          options.tables.stream()
              .filter(LOCKED::equals)
              .map(table -> new Unreadable(table, "app." + table, "permission denied"))
              .toList());
    }

    private static Schema schema(String table) {
      Field id = field("id", new ArrowType.Int(64, true), "bigint", "");
      if (!table.equals(NESTED)) {
        return new Schema(List.of(id));
      }
      Field name = field("name", new ArrowType.Utf8(), "text", "");
      Field cost =
          field("cost", new ArrowType.Decimal(12, 2, 128), "numeric", "NaN cannot be represented");
      Field lines = field("lines", new ArrowType.Struct(), "line", "", name, cost);
      return new Schema(
          List.of(
              id,
              field("all", new ArrowType.List(), "line[]", "lower bounds are lost", lines),
              field(
                  "tags",
                  new ArrowType.Map(false),
                  "hstore",
                  "",
                  field("entries", new ArrowType.Struct(), "", "", name, name))));
    }

    private static Field field(
        String name, ArrowType type, String source, String note, Field... within) {
      Map<String, String> metadata =
          note.isEmpty()
              ? Map.of(SourceTable.SOURCE_TYPE, source)
              : Map.of(SourceTable.SOURCE_TYPE, source, SourceTable.NOTE, note);
      boolean nullable = type instanceof ArrowType.List;
      return new Field(name, new FieldType(nullable, type, null, metadata), List.of(within));
    }
  }

  /** New names by old ones. */
  public record RenameOptions(@Option("New names by old ones.") Map<String, String> columns) {}

  /** Renames nothing. */
  public static final class Rename implements TransformType<RenameOptions> {
    @Override
    public String name() {
      return "rename";
    }

    @Override
    public Class<RenameOptions> options() {
      return RenameOptions.class;
    }

    @Override
    public Transform open(RenameOptions options, Schema input) {
      throw MillraceException.configuration("columns", "There is no column to rename");
    }
  }

  /** How files are packed. */
  public enum Compression {
    ZSTD,
    NONE
  }

  /** Where files go. */
  public record FilesOptions(
      @Option(value = "Where files go.", defaultValue = "lake/{stream}/{run}/") String path,
      @Option(value = "How they are packed.", defaultValue = "zstd") Compression compression) {}

  /** Writes nothing. */
  public static final class FilesSink implements SinkType<FilesOptions> {
    @Override
    public String name() {
      return "files";
    }

    @Override
    public Class<FilesOptions> options() {
      return FilesOptions.class;
    }

    @Override
    public Sink open(SinkContext context, FilesOptions options) {
      throw MillraceException.configuration("path", "Cannot write to " + options.path);
    }

    @Override
    public void check(SinkContext context, FilesOptions options) {
      open(context, options);
    }

    @Override
    public LedgerView look(SinkContext context, FilesOptions options) {
      throw MillraceException.configuration("path", "Cannot look at " + options.path);
    }

    @Override
    public List<String> columnTypes(Schema schema) {
      return schema.getFields().stream().map(field -> "TEXT").toList();
    }

    @Override
    public String schemaText(Schema schema) {
      return "%d texts%n".formatted(schema.getFields().size());
    }
  }
}
