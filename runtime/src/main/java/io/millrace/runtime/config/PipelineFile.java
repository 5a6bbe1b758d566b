package io.millrace.runtime.config;

import io.millrace.core.MillraceException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Reads pipelines from their YAML files. */
public final class PipelineFile {
  private final StageTypes types;
  private final References references;
  private final List<Setting> settings;

  /** Reads files that name these types. */
  public PipelineFile(StageTypes types, References references) {
    this(types, references, List.of());
  }

  /** Reads files as if they said these settings too, the later ones above the earlier. */
  public PipelineFile(StageTypes types, References references, List<Setting> settings) {
    this.types = types;
    this.references = references;
    this.settings = List.copyOf(settings);
  }

  /**
   * The pipeline of a file.
   *
   * @throws MillraceException (CONFIGURATION) with every finding in a line of its own
   */
  public Pipeline read(Path file) {
    List<Finding> findings = new ArrayList<>();
    return lint(file, findings::add)
        .orElseThrow(
            () ->
                MillraceException.configuration(
                    findings.stream().map(Finding::toString).collect(Collectors.joining("\n"))));
  }

  /**
   * The pipeline of a file, or nothing if there was any finding.
   *
   * @param findings takes what is wrong, in the order of the file
   * @throws MillraceException (CONFIGURATION) if the file cannot be read at all
   */
  public Optional<Pipeline> lint(Path file, Consumer<Finding> findings) {
    YamlTree.Document document = YamlTree.read(file, text(file), settings);
    Findings found = document.findings();
    Optional<Pipeline> pipeline =
        document.root().flatMap(root -> new PipelineReader(types, references, found).read(root));
    found.inOrder().forEach(findings);
    return found.isEmpty() ? pipeline : Optional.empty();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException e) {
      throw MillraceException.configuration(
          "Cannot read %s: there is no such file".formatted(file));
    } catch (CharacterCodingException e) {
      throw MillraceException.configuration("Cannot read %s: it is not UTF-8".formatted(file));
    } catch (IOException e) {
      throw MillraceException.configuration("Cannot read %s: %s".formatted(file, e));
    }
  }
}
