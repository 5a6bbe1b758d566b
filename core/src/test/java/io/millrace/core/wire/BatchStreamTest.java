package io.millrace.core.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.stage.SampleRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageChannelReader;
import org.apache.arrow.vector.ipc.message.MessageResult;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several batches in one stream: the same rows come out, or a clear error, and nothing leaks. */
class BatchStreamTest {
  private final BufferAllocator allocator = new RootAllocator(64 << 20);

  @AfterEach
  void nothingLeaks() {
    allocator.close();
  }

  @Test
  void batchesComeOutAsTheyWent() throws IOException {
    List<String> expected = new ArrayList<>();
    byte[] stream = stream(expected, 3, 0, 40);
    assertThat(rows(stream)).isEqualTo(expected).hasSize(43);
    assertThat(stream).isEqualTo(stream(new ArrayList<>(), 3, 0, 40));
  }

  @Test
  void aStreamMayHaveNoBatch() throws IOException {
    byte[] stream = stream(new ArrayList<>());
    assertThat(rows(stream)).isEmpty();
    try (var reader = new BatchStreamReader(new ByteArrayInputStream(stream), allocator)) {
      assertThat(reader.schema()).isEqualTo(SampleRows.SCHEMA);
    }
  }

  @Test
  void aStreamOfOneBatchIsWhatTheCodecMakes() throws IOException {
    byte[] stream = stream(new ArrayList<>(), 5);
    try (VectorSchemaRoot batch = SampleRows.of(allocator, 0, 5)) {
      assertThat(stream).isEqualTo(new ArrowCodec().encode(batch));
    }
  }

  @Test
  void arrowFindsTheMessages() throws IOException {
    byte[] stream = stream(new ArrayList<>(), 3, 4);
    var channel = new ReadChannel(Channels.newChannel(new ByteArrayInputStream(stream)));
    try (var reader = new MessageChannelReader(channel, allocator)) {
      List<Byte> types = new ArrayList<>();
      for (MessageResult next = reader.readNext(); next != null; next = reader.readNext()) {
        types.add(next.getMessage().headerType());
        if (next.getBodyBuffer() != null) {
          next.getBodyBuffer().close();
        }
      }
      assertThat(types)
          .containsExactly(
              MessageHeader.Schema, MessageHeader.RecordBatch, MessageHeader.RecordBatch);
      assertThat(channel.bytesRead()).isEqualTo(stream.length);
    }
  }

  @Test
  void whatIsCutOffIsNotTakenForTheEnd() throws IOException {
    byte[] stream = stream(new ArrayList<>(), 2, 2);
    for (int length = 0; length < stream.length; length++) {
      byte[] cut = Arrays.copyOf(stream, length);
      assertThatThrownBy(() -> rows(cut))
          .as("the first %d of %d bytes", length, stream.length)
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("cut off");
    }
    byte[] longer = Arrays.copyOf(stream, stream.length + 1);
    assertThatThrownBy(() -> rows(longer)).hasMessageContaining("bytes follow its end");
  }

  @Test
  void turnedBitsGiveRowsOrAnError() throws IOException {
    byte[] stream = stream(new ArrayList<>(), 4, 4);
    var random = new SplittableRandom(6);
    for (int i = 0; i < 3_000; i++) {
      byte[] damaged = stream.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        rows(damaged);
      } catch (MillraceException e) {
        assertThat(e.category()).isEqualTo(MillraceException.Category.DATA);
      }
    }
  }

  private byte[] stream(List<String> rows, int... counts) throws IOException {
    var out = new ByteArrayOutputStream();
    var writer = new BatchStreamWriter(out, SampleRows.SCHEMA);
    int first = 0;
    for (int count : counts) {
      try (VectorSchemaRoot batch = SampleRows.of(allocator, first, count)) {
        writer.write(batch);
        rows.addAll(SampleRows.texts(batch));
      }
      first += count;
    }
    writer.finish();
    return out.toByteArray();
  }

  private List<String> rows(byte[] stream) throws IOException {
    List<String> rows = new ArrayList<>();
    try (var reader = new BatchStreamReader(new ByteArrayInputStream(stream), allocator)) {
      for (Optional<VectorSchemaRoot> next = reader.next();
          next.isPresent();
          next = reader.next()) {
        try (VectorSchemaRoot batch = next.get()) {
          rows.addAll(SampleRows.texts(batch));
        }
      }
    }
    return rows;
  }
}
