package io.millrace.sinks.store;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Nonces;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A folder on a local disk. What is created gets its name by a hard link, which fails if the name
 * is taken and never shows half a file; contents and names are synced before a call returns.
 *
 * <p>Temporary files are called {@code .<name>.<nonce>} and lie beside what they become, so that
 * both are in one file system.
 */
public final class LocalStore implements ObjectStore {
  /** How often a call is begun again because somebody took its folder or temporary file away. */
  private static final int TRIES = 100;

  private static final int READ_BUFFER = 1 << 16;

  private final Path root;
  private final Nonces nonces;

  /** The store in a folder, which comes into being with its first object. */
  public LocalStore(Path root, Nonces nonces) {
    this.root = root.toAbsolutePath().normalize();
    this.nonces = nonces;
  }

  @Override
  public Creation createIfAbsent(String key, byte[] content) {
    return write("create", path(key), content, LocalStore::link);
  }

  @Override
  public void overwrite(String key, byte[] content) {
    write(
        "write",
        path(key),
        content,
        (temporary, file) -> {
          Files.move(
              temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
          return Creation.CREATED;
        });
  }

  /** Gives a whole temporary file its name. */
  private interface Naming {
    Creation name(Path temporary, Path file) throws IOException;
  }

  private static Creation link(Path temporary, Path file) throws IOException {
    try {
      Files.createLink(file, temporary);
      return Creation.CREATED;
    } catch (FileAlreadyExistsException e) {
      return Creation.EXISTS;
    } catch (FileSystemException e) {
      // EPERM is what Linux says of FAT and its like
      if (String.valueOf(e.getReason()).contains("not permitted")) {
        throw noHardLinks(file, e);
      }
      throw e;
    } catch (UnsupportedOperationException e) {
      throw noHardLinks(file, e);
    }
  }

  private static MillraceException noHardLinks(Path file, Exception e) {
    return MillraceException.lasting(
        Category.TARGET,
        "Cannot create %s: its file system has no hard links; choose another path".formatted(file),
        e);
  }

  private Creation write(String verb, Path file, byte[] content, Naming naming) {
    Path folder = file.getParent();
    return again(
        verb,
        file,
        () -> {
          Folders.make(folder);
          Path temporary = folder.resolve("." + file.getFileName() + "." + nonces.next());
          try {
            try (var channel =
                FileChannel.open(
                    temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
              var bytes = ByteBuffer.wrap(content);
              while (bytes.hasRemaining()) {
                channel.write(bytes);
              }
              channel.force(true);
            }
            Creation creation = naming.name(temporary, file);
            // also for what stood there before: its creator may not have come to this yet
            Folders.sync(folder);
            return creation;
          } finally {
            Files.deleteIfExists(temporary);
          }
        });
  }

  @Override
  public Optional<byte[]> read(String key) {
    Path file = path(key);
    try {
      return Optional.of(Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw LocalFailure.of("read", file, e);
    }
  }

  @Override
  public InputStream open(String key) {
    Path file = path(key);
    try {
      return new BufferedInputStream(Files.newInputStream(file), READ_BUFFER);
    } catch (IOException e) {
      throw LocalFailure.of("read", file, e);
    }
  }

  @Override
  public byte[] tail(String key, int length) {
    Path file = path(key);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      var bytes = ByteBuffer.allocate((int) Math.min(length, channel.size()));
      long from = channel.size() - bytes.capacity();
      while (bytes.hasRemaining()) {
        if (channel.read(bytes, from + bytes.position()) < 0) {
          throw new EOFException("the file has become shorter");
        }
      }
      return bytes.array();
    } catch (IOException e) {
      throw LocalFailure.of("read", file, e);
    }
  }

  @Override
  public List<String> list(String folder) {
    var keys = new ArrayList<String>();
    visit(
        folder,
        file -> {
          if (!isTemporary(file)) {
            keys.add(root.relativize(file).toString());
          }
        });
    keys.sort(null);
    return keys;
  }

  /** Takes temporary files away; should the writer of one still live, it begins again. */
  @Override
  public void sweep(String folder) {
    visit(
        folder,
        file -> {
          if (isTemporary(file)) {
            Files.deleteIfExists(file);
            Folders.prune(file.getParent(), root);
          }
        });
  }

  private static boolean isTemporary(Path file) {
    return file.getFileName().toString().startsWith(".");
  }

  private interface Visit {
    void file(Path file) throws IOException;
  }

  /** Visits the files below a folder, but for those that vanish meanwhile. */
  private void visit(String folder, Visit visit) {
    Path start = path(folder);
    try {
      Files.walkFileTree(
          start,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              visit.file(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              if (e instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
              }
              throw e;
            }
          });
    } catch (IOException e) {
      throw LocalFailure.of("list", start, e);
    }
  }

  @Override
  public void delete(Collection<String> keys) {
    Set<Path> folders = new LinkedHashSet<>();
    for (String key : keys) {
      Path file = path(key);
      try {
        if (Files.deleteIfExists(file)) {
          folders.add(file.getParent());
        }
      } catch (IOException e) {
        throw LocalFailure.of("delete", file, e);
      }
    }
    folders.forEach(this::leave);
  }

  private void sync(Path folder) {
    try {
      Folders.sync(folder);
    } catch (IOException e) {
      throw LocalFailure.of("sync", folder, e);
    }
  }

  /** Makes durable that files are gone from a folder, which goes too if they were the last. */
  private void leave(Path folder) {
    try {
      Folders.sync(folder);
      Folders.prune(folder, root);
    } catch (IOException e) {
      throw LocalFailure.of("sync", folder, e);
    }
  }

  @Override
  public StagedStream stage(String key) {
    Path file = path(key);
    return again(
        "create",
        file,
        () -> {
          Folders.make(file.getParent());
          return new LocalStagedStream(
              file,
              root,
              FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
        });
  }

  @Override
  public List<Move> move(List<Move> moves) {
    var lost = new ArrayList<Move>();
    Set<Path> sources = new LinkedHashSet<>();
    Set<Path> targets = new LinkedHashSet<>();
    for (Move move : moves) {
      Path from = path(move.from());
      Path to = path(move.to());
      if (renamed(from, to)) {
        sources.add(from.getParent());
        targets.add(to.getParent());
      } else {
        lost.add(move);
      }
    }
    targets.forEach(this::sync);
    sources.forEach(this::leave);
    return lost;
  }

  /** Whether the file has its final name. */
  private boolean renamed(Path from, Path to) {
    return again(
        "move " + from + " to",
        to,
        () -> {
          if (Files.notExists(from)) {
            return Files.exists(to);
          }
          Folders.make(to.getParent());
          if (Files.notExists(to)) {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
          } else if (Files.mismatch(from, to) == -1) {
            Files.delete(from);
          } else {
            throw MillraceException.lasting(
                Category.TARGET,
                "Cannot move %s to %s: another file stands there; move that one away"
                    .formatted(from, to));
          }
          return true;
        });
  }

  @Override
  public void requireWritable() {
    Path nearest = root;
    while (Files.notExists(nearest) && nearest.getParent() != null) {
      nearest = nearest.getParent();
    }
    if (!Files.isDirectory(nearest)) {
      throw LocalFailure.of("write to", root, new NotDirectoryException(nearest.toString()));
    }
    if (!Files.isWritable(nearest) || !Files.isExecutable(nearest)) {
      throw LocalFailure.of("write to", root, new AccessDeniedException(nearest.toString()));
    }
  }

  @Override
  public Duration longestRequest() {
    return Duration.ZERO;
  }

  @Override
  public String location(String key) {
    return path(key).toString();
  }

  private Path path(String key) {
    return root.resolve(ObjectKey.require(key));
  }

  private interface Attempt<T> {
    T make() throws IOException;
  }

  /**
   * Begins again while something of it vanishes meanwhile: empty folders go, see {@link Folders}.
   */
  private static <T> T again(String verb, Path path, Attempt<T> attempt) {
    try {
      for (int tries = 1; tries < TRIES; tries++) {
        try {
          return attempt.make();
        } catch (NoSuchFileException e) {
          // once more, from the start
        }
      }
      return attempt.make();
    } catch (IOException e) {
      throw LocalFailure.of(verb, path, e);
    }
  }
}
