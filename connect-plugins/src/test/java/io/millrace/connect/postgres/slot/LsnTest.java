package io.millrace.connect.postgres.slot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.change.Position;
import org.junit.jupiter.api.Test;

class LsnTest {
  @Test
  void isReadAndWrittenAsTheServerDoes() {
    assertThat(Lsn.parse("16/3002D50")).isEqualTo(0x1603002D50L);
    assertThat(Lsn.text(0x1603002D50L)).isEqualTo("16/3002D50");
    assertThat(Lsn.parse("FFFFFFFF/FFFFFFF8")).isEqualTo(-8);
    assertThat(Lsn.text(-8)).isEqualTo("FFFFFFFF/FFFFFFF8");
    assertThat(Lsn.parse("0/0")).isZero();
    assertThat(Lsn.parse(null)).isZero();
    assertThatThrownBy(() -> Lsn.parse("junk"))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("\"junk\"");
  }

  @Test
  void aPlaceLiesBetweenTheCommitsBeforeItAndAllOthers() {
    long place = 0x1603002D50L;
    Position between = Lsn.before(place);
    assertThat(between).isGreaterThan(new Position(place - 8, Long.MAX_VALUE));
    assertThat(between).isLessThan(new Position(place, 0));
    assertThat(Lsn.before(0)).isEqualTo(Position.START);
  }
}
