package io.millrace.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.MillraceException;
import io.millrace.runtime.config.StageTypes;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** {@code millrace}: all commands, and how they end. */
@Command(
    name = "millrace",
    description = "Moves tables into a data lake, continuously, over Kafka.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    versionProvider = Version.class,
    synopsisSubcommandLabel = "COMMAND",
    usageHelpAutoWidth = true,
    sortOptions = false,
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    parameterListHeading = "%n")
public final class Main {
  /** Exit codes; the JVM itself ends with the last one after Ctrl-C. */
  static final int DONE = 0;

  static final int FAILED = 1;
  static final int BAD_CONFIGURATION = 2;
  static final int INTERRUPTED = 130;

  @Option(
      names = {"-X", "--verbose"},
      description = "Show stack traces of errors.",
      scope = ScopeType.INHERIT)
  private boolean verbose;

  private Main() {}

  /** Runs one command and ends the process. */
  public static void main(String[] args) {
    // numbers look the same wherever a script reads them
    Locale.setDefault(Locale.ROOT);
    var surroundings =
        new Surroundings(
            Path.of("").toAbsolutePath(),
            System.getenv(),
            StageTypes.installed(),
            InstantSource.system(),
            new PrintWriter(System.out, true, UTF_8),
            new PrintWriter(System.err, true, UTF_8));
    System.exit(run(surroundings, args));
  }

  /** Runs one command and gives its exit code. */
  public static int run(Surroundings surroundings, String... args) {
    CommandLine line = line(surroundings);
    int code = args.length == 0 ? usage(line) : line.execute(args);
    surroundings.out().flush();
    surroundings.err().flush();
    return code;
  }

  static CommandLine line(Surroundings surroundings) {
    var main = new Main();
    var line = new CommandLine(main);
    // what is set below holds for the commands that are there by then
    commands(surroundings).forEach(line::addSubcommand);
    line.setOut(surroundings.out()).setErr(surroundings.err());
    line.setParameterExceptionHandler((e, given) -> badUsage(e));
    line.setExecutionExceptionHandler((e, command, parsed) -> main.failed(e, command));
    return line;
  }

  /** Every command, in the order one meets them. */
  private static List<Callable<Integer>> commands(Surroundings surroundings) {
    return List.of(
        new RunCommand(surroundings),
        new SinkCommand(surroundings),
        new DeployCommand(surroundings),
        new ReplayCommand(surroundings),
        new ValidateCommand(surroundings),
        new SchemaCommand(surroundings),
        new StatusCommand(surroundings),
        new FilesCommand(surroundings),
        new AbandonCommand(surroundings),
        new ResnapshotCommand(surroundings),
        new DropCommand(surroundings),
        new PeekCommand(surroundings),
        new JsonSchemaCommand(surroundings),
        new CompletionCommand(surroundings));
  }

  private static int usage(CommandLine line) {
    line.usage(line.getErr());
    return BAD_CONFIGURATION;
  }

  private static int badUsage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(e.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(e, err);
    err.printf("Try: %s --help%n", command.getCommandSpec().qualifiedName());
    return BAD_CONFIGURATION;
  }

  private int failed(Exception e, CommandLine command) {
    if (e instanceof InterruptedException) {
      return INTERRUPTED;
    }
    PrintWriter err = command.getErr();
    boolean ours = e instanceof MillraceException;
    err.println(ours ? e.getMessage() : e.toString());
    if (verbose) {
      e.printStackTrace(err);
    } else if (!ours) {
      err.println("This is not an error Millrace knows: --verbose shows where it comes from");
    }
    return e instanceof MillraceException known
            && known.category() == MillraceException.Category.CONFIGURATION
        ? BAD_CONFIGURATION
        : FAILED;
  }
}
