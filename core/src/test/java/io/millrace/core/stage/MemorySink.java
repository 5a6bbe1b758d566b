package io.millrace.core.stage;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.MillraceException;
import io.millrace.core.Unit;
import io.millrace.core.change.Cut;
import io.millrace.core.change.CutLimits;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.StagedFile;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** A sink without a target: rows are kept as texts. Several may be open on one memory. */
public final class MemorySink implements Sink {
  private final MemoryLedger ledger;
  private final SinkContext context;

  /**
   * Opens the memory.
   *
   * @throws MillraceException (TARGET) if another cluster's rows are in it, or runs divided in
   *     another way
   */
  public MemorySink(MemoryLedger ledger, SinkContext context) {
    ledger.claim(context);
    this.ledger = ledger;
    this.context = context;
  }

  @Override
  public Ledger ledger() {
    return ledger;
  }

  @Override
  public SinkSession begin(Unit unit, Schema schema) {
    return new Session(unit, context.nonces().next());
  }

  @Override
  public SinkSession begin(Cut cut, Schema schema) {
    return new Session(cut.unit(), context.nonces().next());
  }

  @Override
  public CutLimits cutLimits() {
    return new CutLimits(Duration.ofMinutes(1), 1 << 20, 1_000);
  }

  @Override
  public long sessionMemory() {
    return 0;
  }

  @Override
  public void discard(Staged staged) {
    staged.files().forEach(file -> ledger.rows().remove(file.staged()));
  }

  @Override
  public long countRows(RunHead head) {
    return ledger.files(head).stream().mapToLong(file -> ledger.rows().get(file).size()).sum();
  }

  @Override
  public String fingerprint() {
    return "memory";
  }

  @Override
  public void close() {}

  private final class Session implements SinkSession {
    private final Unit unit;
    private final String writer;
    private final List<String> rows = new ArrayList<>();

    Session(Unit unit, String writer) {
      this.unit = unit;
      this.writer = writer;
    }

    @Override
    public void append(VectorSchemaRoot batch) {
      rows.addAll(SampleRows.texts(batch));
    }

    @Override
    public Staged finish() {
      if (rows.isEmpty()) {
        return new Staged(writer, List.of());
      }
      String path = unit + "-" + writer;
      var crc = new CRC32C();
      rows.forEach(row -> crc.update(row.getBytes(UTF_8)));
      var file =
          new StagedFile(
              "staging/" + path,
              path,
              rows.size(),
              rows.stream().mapToLong(String::length).sum(),
              HexFormat.of().toHexDigits((int) crc.getValue()));
      ledger.rows().put(file.staged(), List.copyOf(rows));
      return new Staged(writer, List.of(file));
    }

    @Override
    public void close() {}
  }
}
