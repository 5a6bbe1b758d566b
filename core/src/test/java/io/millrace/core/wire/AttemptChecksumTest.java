package io.millrace.core.wire;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class AttemptChecksumTest {
  @Test
  void aValuesChecksumIsItsCrc32c() {
    ByteBuffer value = ByteBuffer.wrap("123456789".getBytes(US_ASCII));

    assertThat(AttemptChecksum.of(value)).isEqualTo(0xe3069283); // the catalogue's check value
    assertThat(value.remaining()).as("the buffer is not consumed").isEqualTo(9);
  }

  @Test
  void anAttemptsChecksumIsTheCrc32cOfItsValuesChecksums() {
    var attempt = new AttemptChecksum();
    attempt.add(0x31323334); // the bytes 1234, so 12345678 in all
    attempt.add(0x35363738);

    ByteBuffer both = ByteBuffer.wrap("12345678".getBytes(US_ASCII));
    assertThat(attempt.value()).isEqualTo(AttemptChecksum.of(both)).isEqualTo(0x6087809a);
  }

  @Test
  void anAttemptWithoutRowsHasChecksumZero() {
    assertThat(new AttemptChecksum().value()).isZero();
  }

  @Test
  void theOrderOfValuesMatters() {
    var one = new AttemptChecksum();
    one.add(1);
    one.add(2);
    var other = new AttemptChecksum();
    other.add(2);
    other.add(1);

    assertThat(one.value()).isNotEqualTo(other.value());
  }

  @Test
  void readsAPartOfALargerBuffer() {
    ByteBuffer part = ByteBuffer.wrap("xx123456789yy".getBytes(US_ASCII), 2, 9);

    assertThat(AttemptChecksum.of(part)).isEqualTo(0xe3069283);
    assertThat(AttemptChecksum.of(part.asReadOnlyBuffer())).isEqualTo(0xe3069283);
  }
}
