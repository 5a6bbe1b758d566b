package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.TreeMap;

/**
 * The values of one attempt, as they came: compressed Arrow IPC, in memory or spilled. Belongs to
 * the consumer's thread until the attempt is loaded, then to a writer.
 */
final class UnitBuffer implements AttemptSource {
  private sealed interface Piece {}

  private record Kept(Batch batch) implements Piece {}

  private record Spilled(long position, int length, long rows, long offset) implements Piece {}

  private final MemoryBudget budget;
  private final Path scratch;
  private final TreeMap<Integer, Piece> pieces = new TreeMap<>();
  private long first = Long.MAX_VALUE;
  private long inMemory;
  private long spilled;
  private ScratchFile file;

  /** An empty buffer that counts against the budget and spills into a file of the folder. */
  UnitBuffer(MemoryBudget budget, Path scratch) {
    this.budget = budget;
    this.scratch = scratch;
  }

  /**
   * Keeps the record of a sequence, whose header announces these rows, unless one is there already.
   */
  void add(int sequence, byte[] value, long rows, long offset) {
    var kept = new Kept(new Batch(ByteBuffer.wrap(value), rows, offset));
    if (pieces.putIfAbsent(sequence, kept) == null) {
      first = Math.min(first, offset);
      inMemory += value.length;
      budget.takeMemory(value.length);
    }
  }

  /** Bytes in memory. */
  long inMemory() {
    return inMemory;
  }

  /**
   * Moves values from memory to scratch disk, lowest sequence first, until none is left in memory
   * or the disk is full; says which of the two.
   */
  boolean spill() {
    for (var entry : pieces.entrySet()) {
      if (entry.getValue() instanceof Kept kept) {
        Batch batch = kept.batch();
        int length = batch.value().remaining();
        if (!budget.takeScratch(length)) {
          return false;
        }
        try {
          file = file == null ? new ScratchFile(scratch) : file;
          entry.setValue(
              new Spilled(file.append(batch.value()), length, batch.rows(), batch.offset()));
        } catch (IOException e) {
          budget.returnScratch(length);
          return false;
        }
        spilled += length;
        inMemory -= length;
        budget.returnMemory(length);
      }
    }
    return true;
  }

  @Override
  public Batch batch(int sequence) {
    Piece piece = pieces.get(sequence);
    if (piece instanceof Kept kept) {
      Batch batch = kept.batch();
      return new Batch(batch.value().duplicate(), batch.rows(), batch.offset());
    }
    if (piece instanceof Spilled at) {
      try {
        return new Batch(file.read(at.position(), at.length()), at.rows(), at.offset());
      } catch (IOException e) {
        throw MillraceException.lasting(
            MillraceException.Category.TARGET,
            "Cannot read a batch back from scratch disk at %s: %s".formatted(scratch, e),
            e);
      }
    }
    throw MillraceException.data("Cannot find sequence %d of an attempt".formatted(sequence));
  }

  @Override
  public long first() {
    return first;
  }

  /** Gives memory and disk back; nothing can be read any more. */
  @Override
  public void close() {
    pieces.clear();
    budget.returnMemory(inMemory);
    budget.returnScratch(spilled);
    inMemory = 0;
    spilled = 0;
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        // The file has no name and nobody reads it: there is nothing left to be done about it.
      } finally {
        file = null;
      }
    }
  }
}
