package io.millrace.connect.selection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.postgres.server.TableName;
import io.millrace.core.MillraceException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Which tables several patterns mean, and what their streams are called. */
class SelectionTest {
  private static final List<TableName> KNOWN =
      Stream.of(
              "app.Ord.ers (old)",
              "app.orders",
              "app.tmp_1",
              "app.tmp_22",
              "app.trips",
              "sales.orders",
              "sales.übung",
              "sales.[a-z]")
          .map(TableName::parse)
          .toList();

  /** The tables by their streams. */
  private static Map<String, String> chosen(List<String> include, String... exclude) {
    var found = new LinkedHashMap<String, String>();
    new Selection.Several<>(new TablePatterns(include, List.of(exclude)), TableName.NAMING)
        .resolve(() -> KNOWN)
        .forEach(relation -> found.put(relation.stream(), relation.toString()));
    return found;
  }

  @Test
  void patternsStandForTheTablesThatFit() {
    assertThat(chosen(List.of("app.tmp_*"))).containsOnlyKeys("tmp_1", "tmp_22");
    assertThat(chosen(List.of("app.tmp_?"))).containsOnlyKeys("tmp_1");
    assertThat(chosen(List.of("*.trips", "app.t*"))).containsOnlyKeys("trips", "tmp_1", "tmp_22");
  }

  @Test
  void whatIsExcludedIsLeftOut() {
    assertThat(chosen(List.of("app.*"), "app.tmp_*", "app.orders"))
        .containsOnlyKeys("ord_ers__old_", "trips");
  }

  @Test
  void aNameWithoutAPatternStandsForItselfEvenIfThereIsNoSuchTable() {
    assertThat(chosen(List.of("app.gone", "app.trips")))
        .containsExactly(Map.entry("gone", "app.gone"), Map.entry("trips", "app.trips"));
  }

  @Test
  void bracketsAndOtherSignsMeanThemselves() {
    assertThat(chosen(List.of("sales.[a-z]"))).containsValues("sales.[a-z]").hasSize(1);
    assertThat(chosen(List.of("sales.[*]"))).containsValues("sales.[a-z]").hasSize(1);
    assertThat(chosen(List.of("app.*(old)"))).containsValues("app.Ord.ers (old)").hasSize(1);
  }

  @Test
  void tablesOfTheSameNameAreToldApartByTheirSchema() {
    assertThat(chosen(List.of("*.orders", "app.trips")))
        .containsExactly(
            Map.entry("app_orders", "app.orders"),
            Map.entry("sales_orders", "sales.orders"),
            Map.entry("trips", "app.trips"));
  }

  @Test
  void streamsThatCannotBeToldApartAreRefused() {
    assertThatThrownBy(() -> chosen(List.of("app.a b", "app.a.b")))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("app.a b")
        .hasMessageContaining("app.a.b")
        .hasMessageContaining("\"app_a_b\"");
  }

  @Test
  void aPatternThatFitsNothingIsAMistake() {
    assertThatThrownBy(() -> chosen(List.of("app.trips", "apps.*")))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("apps.*");
    assertThatThrownBy(() -> chosen(List.of("app.trips"), "*.*"))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("Nothing is left to read");
  }

  @Test
  void aPatternNeedsASchema() {
    assertThatThrownBy(() -> chosen(List.of("*")))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("schema.table");
  }
}
