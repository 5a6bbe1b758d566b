package io.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.MillraceException.Category;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class MillraceExceptionTest {
  @Test
  void saysWhoHasToActAndWhetherARetryHelps() {
    var cause = new IOException("reset");

    var lasting = MillraceException.lasting(Category.SOURCE, "gone", cause);
    assertThat(lasting).hasMessage("gone").hasCause(cause);
    assertThat(lasting.category()).isEqualTo(Category.SOURCE);
    assertThat(lasting.retriable()).isFalse();
    assertThat(lasting.key()).isEmpty();

    assertThat(MillraceException.passing(Category.KAFKA, "away", cause).retriable()).isTrue();
    assertThat(MillraceException.data("bad").category()).isEqualTo(Category.DATA);
  }

  @Test
  void namesTheOptionAtFault() {
    var e = MillraceException.configuration("kafka.topic.partitions", "too few");

    assertThat(e.category()).isEqualTo(Category.CONFIGURATION);
    assertThat(e.key()).hasValue("kafka.topic.partitions");
    assertThat(MillraceException.configuration("all wrong").key()).isEmpty();
  }
}
