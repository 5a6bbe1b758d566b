package io.millrace.connect.postgres.wal;

import static io.millrace.connect.postgres.wal.WalBytes.UNCHANGED;
import static io.millrace.connect.postgres.wal.WalBytes.message;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages written from the manual. */
class PgOutputReaderTest {
  private final HeardMessages heard = new HeardMessages();
  private final PgOutputReader reader = new PgOutputReader(heard);

  private List<String> read(WalBytes bytes) throws InterruptedException {
    reader.read(bytes.buffer());
    return heard.lines();
  }

  private static byte[] text(String text) {
    return text.getBytes(UTF_8);
  }

  @Test
  void aTransactionCountsFrom1970() throws InterruptedException {
    assertThat(read(message('B').int64(0x16_3002d50L).int64(1).int32(-1)))
        .containsExactly("begin 163002d50 946684800000001 4294967295");
  }

  @Test
  void aCommitTellsWhatMayBeConfirmed() throws InterruptedException {
    assertThat(read(message('C').int8(0).int64(16).int64(32).int64(0)))
        .containsExactly("commit 10 20");
  }

  @Test
  void anOriginHasAName() throws InterruptedException {
    assertThat(read(message('O').int64(255).string("näher"))).containsExactly("origin ff näher");
  }

  @Test
  void aRelationNamesItsColumnsAndItsIdentity() throws InterruptedException {
    var bytes = message('R').int32(4711).string("public").string("t").int8('i').int16(2);
    bytes.int8(1).string("id").int32(20).int32(-1).int8(0).string("n\"x").int32(1700).int32(655366);

    assertThat(read(bytes))
        .containsExactly("relation 4711 public.t INDEX id:20:-1:key n\"x:1700:655366");
  }

  @Test
  void theSystemsOwnSchemaIsSentEmpty() throws InterruptedException {
    read(message('R').int32(1).string("").string("pg_x").int8('d').int16(0));
    assertThat(read(message('Y').int32(600).string("").string("point")))
        .containsExactly("relation 1 pg_catalog.pg_x DEFAULT", "type 600 pg_catalog.point");
  }

  @Test
  void tuplesAreWalkedWhereTheyLie() throws InterruptedException {
    read(message('I').int32(7).tuple('N', text("a"), null, text("")));
    read(message('U').int32(7).tuple('N', text("b"), UNCHANGED));
    read(message('U').int32(7).tuple('K', text("b"), null).tuple('N', text("c"), UNCHANGED));
    read(message('U').int32(7).tuple('O', text("c"), text("x")).tuple('N', text("c"), text("y")));
    read(message('D').int32(7).tuple('K', text("c"), null));
    assertThat(read(message('D').int32(7).tuple('O', text("c"), text("x"))))
        .containsExactly(
            "insert 7 [a|NULL|]",
            "update 7 - [b|UNCHANGED]",
            "update 7 key[b|NULL] [c|UNCHANGED]",
            "update 7 [c|x] [c|y]",
            "delete 7 key[c|NULL]",
            "delete 7 [c|x]");
  }

  @Test
  void textAndBinaryAreToldApart() throws InterruptedException {
    var bytes = message('I').int32(7).int8('N').int16(1).int8('t').int32(2).bytes(text("xy"));
    assertThat(read(bytes)).containsExactly("insert 7 [t:xy]");
  }

  @Test
  void aTruncationNamesAllItsTables() throws InterruptedException {
    assertThat(read(message('T').int32(2).int8(3).int32(5).int32(-2)))
        .containsExactly("truncate [5, -2]");
  }

  @Test
  void aLogicalMessageHasAPrefix() throws InterruptedException {
    assertThat(read(message('M').int8(1).int64(16).string("millrace").int32(2).bytes(text("hi"))))
        .containsExactly("message 10 millrace hi");
  }

  @Test
  void aMessageMayLieInTheMiddleOfItsArray() throws InterruptedException {
    ByteBuffer whole = message('C').int8(0).int64(16).int64(32).int64(0).buffer();
    ByteBuffer framed = ByteBuffer.allocate(100);
    framed.position(25);
    framed.put(whole.duplicate()).flip().position(25);
    reader.read(framed.slice());
    reader.read(framed);
    reader.read(whole.asReadOnlyBuffer());
    assertThat(heard.lines()).containsOnly("commit 10 20").hasSize(3);
    assertThat(framed.position()).isEqualTo(25);
  }

  @ParameterizedTest
  @ValueSource(chars = {'S', 'E', 'c', 'A'})
  void whatStreamingSendsIsRefused(char type) {
    assertThatThrownBy(() -> read(message(type).int32(1)))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("'%c'".formatted(type))
        .hasMessageContaining("streaming is off");
  }

  @ParameterizedTest
  @ValueSource(chars = {'b', 'P', 'K', 'r', 'p'})
  void whatTwoPhaseSendsIsRefused(char type) {
    assertThatThrownBy(() -> read(message(type).int32(1)))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("two_phase is off");
  }

  static Stream<WalBytes> messages() {
    return Stream.of(
        message('B').int64(1).int64(1).int32(1),
        message('C').int8(0).int64(16).int64(32).int64(0),
        message('O').int64(255).string("origin"),
        message('R')
            .int32(1)
            .string("s")
            .string("t")
            .int8('f')
            .int16(1)
            .int8(1)
            .string("c")
            .int64(5),
        message('Y').int32(600).string("s").string("point"),
        message('I').int32(7).tuple('N', text("a"), null, text("")),
        message('U').int32(7).tuple('K', text("b"), null).tuple('N', text("c"), UNCHANGED),
        message('D').int32(7).tuple('O', text("c"), text("x")),
        message('T').int32(2).int8(3).int32(5).int32(-2),
        message('M').int8(1).int64(16).string("p").int32(2).bytes(text("hi")));
  }

  @ParameterizedTest
  @MethodSource("messages")
  void aMessageThatIsCutOrTooLongIsRefused(WalBytes bytes) throws InterruptedException {
    byte[] whole = bytes.buffer().array();
    for (int length = 0; length < whole.length; length++) {
      ByteBuffer cut = ByteBuffer.wrap(whole, 0, length);
      assertThatThrownBy(() -> reader.read(cut))
          .as("cut at %d", length)
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("%d bytes".formatted(length));
    }
    heard.lines().clear();
    reader.read(ByteBuffer.wrap(whole));
    assertThat(heard.lines()).hasSize(1);
    assertThatThrownBy(() -> read(bytes.int8(0))).hasMessageContaining("1 bytes follow its end");
  }

  @Test
  void whatNobodyKnowsIsRefused() {
    assertThatThrownBy(() -> read(message('x'))).hasMessageContaining("type 'x'");
    assertThatThrownBy(() -> read(message('\u0001'))).hasMessageContaining("type '\\x01'");
    assertThatThrownBy(() -> read(message('I').int32(1).tuple('K', text("a"))))
        .hasMessageContaining("expected a new row");
    assertThatThrownBy(() -> read(message('D').int32(1).tuple('N', text("a"))))
        .hasMessageContaining("expected an old row");
    assertThatThrownBy(() -> read(message('I').int32(1).int8('N').int16(1).int8('x')))
        .hasMessageContaining("unknown kind 120");
    assertThatThrownBy(() -> read(message('I').int32(1).int8('N').int16(1).int8('b').int32(-5)))
        .isInstanceOf(MillraceException.class);
    assertThatThrownBy(() -> read(message('R').int32(1).string("s").string("t").int8('x').int16(0)))
        .hasMessageContaining("replica identity 120");
  }
}
