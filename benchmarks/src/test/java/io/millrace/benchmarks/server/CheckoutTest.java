package io.millrace.benchmarks.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CheckoutTest {
  /** Tests run in the module's folder. */
  private final Checkout checkout = new Checkout(Path.of("..").toAbsolutePath());

  @Test
  void theTestsServerIsWhereItIsLookedFor() {
    assertThat(checkout.chdbServer()).exists();
  }
}
