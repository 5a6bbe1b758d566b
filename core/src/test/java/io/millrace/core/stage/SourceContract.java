package io.millrace.core.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.options.OptionSpec;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;

/**
 * What every source has to tell the command line.
 *
 * @param <O> its options
 */
public abstract class SourceContract<O extends Record> {
  /** The source. */
  protected abstract SourceType<O> type();

  /** Options for a table that is there and may be read. */
  protected abstract O options();

  /** Options like those, for a table that is not there. */
  protected abstract O optionsForAnUnknownTable();

  @Test
  void itIsFoundByItsName() {
    var named =
        ServiceLoader.load(SourceType.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(type -> type.name().equals(type().name()))
            .toList();

    assertThat(named).hasOnlyElementsOfType(type().getClass()).hasSize(1);
    assertThat(StreamId.isName(type().name())).isTrue();
  }

  @Test
  void eachOfItsOptionsIsExplained() {
    assertThat(OptionSpec.of(type().options()))
        .isNotEmpty()
        .allSatisfy(option -> assertThat(option.doc()).as(option.key()).isNotBlank());
  }

  @Test
  void itsStreamsAreKnownWithoutAskingAndAreThoseItDescribes() {
    List<String> streams = type().streams(options()).orElseThrow();

    assertThat(streams).isNotEmpty().doesNotHaveDuplicates().allMatch(StreamId::isName);
    assertThat(type().describe(options()).tables())
        .extracting(SourceTable::stream)
        .containsExactlyElementsOf(streams);
    assertThat(type().streams(optionsForAnUnknownTable())).isPresent();
  }

  @Test
  void everyColumnNamesItsTypeAtTheSource() {
    for (SourceTable table : type().describe(options()).tables()) {
      assertThat(table.name()).isNotBlank();
      assertThat(table.estimatedRows()).isGreaterThanOrEqualTo(-1);
      assertThat(table.schema().getFields())
          .isNotEmpty()
          .allSatisfy(
              column ->
                  assertThat(column.getMetadata())
                      .as(column.getName())
                      .hasEntrySatisfying(
                          SourceTable.SOURCE_TYPE, type -> assertThat(type).isNotBlank()));
      assertThat(table.schema().getFields()).extracting(Field::getName).doesNotHaveDuplicates();
    }
  }

  @Test
  void askedTwiceItDescribesTheSame() {
    List<SourceTable> first = type().describe(options()).tables();

    assertThat(type().describe(options()).tables())
        .extracting(SourceTable::stream, SourceTable::name, SourceTable::schema)
        .containsExactlyElementsOf(
            first.stream()
                .map(table -> tuple(table.stream(), table.name(), table.schema()))
                .toList());
  }

  @Test
  void anUnknownTableIsTheFaultOfAnOption() {
    O options = optionsForAnUnknownTable();

    assertThatThrownBy(() -> type().describe(options))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> {
              assertThat(e.category()).isEqualTo(MillraceException.Category.CONFIGURATION);
              assertThat(e.key()).isPresent();
              assertThat(e.retriable()).isFalse();
            });
  }
}
