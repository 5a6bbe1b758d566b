package io.millrace.connect.debezium.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.change.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** The places that events get, and that they get again. */
class EventOrderTest {
  private static final Schema SOURCE =
      SchemaBuilder.struct()
          .field("snapshot", Schema.STRING_SCHEMA)
          .field("row", Schema.INT32_SCHEMA)
          .build();

  private static final Schema VALUE =
      SchemaBuilder.struct()
          .field("source", SOURCE)
          .field("op", Schema.STRING_SCHEMA)
          .field("after", SchemaBuilder.struct().optional().build())
          .build();

  private static ChangeEvent event(String snapshot, int row) {
    var source = new Struct(SOURCE).put("snapshot", snapshot).put("row", row);
    var value = new Struct(VALUE).put("source", source).put("op", "c");
    return ChangeEvent.in(new SourceRecord(null, null, "t", VALUE, value)).orElseThrow();
  }

  private static Position take(EventOrder order, Map<String, ?> offset, ChangeEvent event) {
    order.take(offset, event);
    return new Position(order.place(), order.index());
  }

  private static Map<String, Object> binlog(int file, long pos, long event) {
    return Map.of("file", "mysql-bin.%06d".formatted(file), "pos", pos, "event", event);
  }

  @Test
  void theLogTellsWhatComesFirst() {
    EventOrder order = EventOrder.of(binlog(1, 4, 0), 0);
    assertThat(order).isInstanceOf(BinlogOrder.class);
    List<Position> rising = new ArrayList<>();
    rising.add(take(order, binlog(1, 700, 0), event("true", 0)));
    rising.add(take(order, binlog(1, 700, 0), event("true", 0)));
    rising.add(take(order, binlog(1, 700, 1), event("false", 0)));
    rising.add(take(order, binlog(1, 700, 1), event("false", 1)));
    rising.add(take(order, binlog(1, 700, 1), event("false", 1))); // a key that changes
    rising.add(take(order, binlog(1, 700, 2), event("false", 0)));
    rising.add(take(order, binlog(1, 4_000_000_000L, 1), event("false", 0)));
    rising.add(take(order, binlog(2, 4, 1), event("false", 0)));
    assertThat(rising).isSorted().doesNotHaveDuplicates();
    assertThat(rising.get(2).commit() - rising.get(1).commit())
        .as("a tick has room behind the snapshot")
        .isGreaterThan(1);
  }

  @Test
  void anEventHasThePlaceThatItHadBefore() {
    Position first = take(new BinlogOrder(0), binlog(3, 500, 7), event("false", 2));
    var before = new BinlogOrder(0);
    before.take(binlog(3, 400, 0), null);
    var again = new BinlogOrder(before.reached());
    take(again, binlog(3, 400, 9), event("false", 5));
    assertThat(take(again, binlog(3, 500, 7), event("false", 2))).isEqualTo(first);
  }

  @Test
  void aLogThatGoesBackIsAnError() {
    var order = new BinlogOrder(0);
    order.take(binlog(3, 500, 0), event("false", 0));
    assertThat(order.isBehind(binlog(2, 900, 0))).isTrue();
    assertThatThrownBy(() -> order.take(binlog(2, 900, 0), event("false", 0)))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("from file 3, offset 500 to file 2, offset 900");
    assertThatThrownBy(() -> order.take(Map.of("file", "odd", "pos", 4L), null))
        .hasMessageContaining("file \"odd\"");
  }

  @Test
  void whereThereIsNoLogTransactionsAreCounted() {
    EventOrder order = EventOrder.of(Map.of("scn", 1L), 10);
    assertThat(order).isInstanceOf(CountedOrder.class);
    Position first = take(order, Map.of("scn", 7L), event("false", 0));
    Position second = take(order, Map.of("scn", 7L), event("false", 0));
    Position third = take(order, Map.of("scn", 8L), event("false", 0));
    assertThat(List.of(first, second, third))
        .containsExactly(new Position(12, 0), new Position(12, 1), new Position(14, 0));
    assertThat(order.reached()).isEqualTo(14);
  }

  /** Heartbeats come when they like. */
  @Test
  void whatIsNoEventDoesNotCount() {
    var order = new CountedOrder(0);
    order.take(Map.of("scn", 1L), null);
    order.take(Map.of("scn", 2L), null);
    assertThat(take(order, Map.of("scn", 3L), event("false", 0))).isEqualTo(new Position(2, 0));
    order.take(Map.of("scn", 3L), null);
    assertThat(order.place()).as("more of its transaction may come").isEqualTo(2);
    order.take(Map.of("scn", 4L), null);
    assertThat(order.place()).as("all before it has come").isGreaterThan(2);
    assertThat(order.reached()).isEqualTo(2);
    assertThat(take(order, Map.of("scn", 5L), event("false", 0))).isEqualTo(new Position(4, 0));
  }
}
