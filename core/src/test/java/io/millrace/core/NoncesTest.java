package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NoncesTest {
  @Test
  void aNonceCanStandInAPlanAFileNameAndAHeader() {
    var nonces = new Nonces(new SplittableRandom(1));
    Set<String> drawn = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      drawn.add(nonces.next());
    }

    assertThat(drawn).hasSize(10_000).allMatch(nonce -> nonce.matches("[a-z0-9]{12}"));
    assertThat(drawn.stream().flatMapToInt(String::chars).distinct().count()).isEqualTo(36);
  }

  @Test
  void aSimulationGetsTheSameOnesAgain() {
    assertThat(new Nonces(new SplittableRandom(7)).next())
        .isEqualTo(new Nonces(new SplittableRandom(7)).next());
  }
}
