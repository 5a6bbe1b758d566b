package io.millrace.sinks.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Nonces;
import io.millrace.sinks.store.ObjectStore.Creation;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStoreTest extends ObjectStoreContract {
  @TempDir Path folder;

  @Override
  protected ObjectStore empty() {
    return sameAgain();
  }

  @Override
  protected LocalStore sameAgain() {
    return new LocalStore(folder.resolve("root"), new Nonces(new Random()));
  }

  @Test
  void leavesNoTemporaryFiles() throws Exception {
    LocalStore store = sameAgain();
    race(i -> () -> store.createIfAbsent("a/b", bytes("x" + i)));
    race(
        i ->
            () -> {
              store.overwrite("a/c", bytes("x" + i));
              return i;
            });

    assertThat(filesBelow(folder)).containsExactly("root/a/b", "root/a/c");
  }

  @Test
  void sweepsWhatACrashLeft() throws IOException {
    LocalStore store = sameAgain();
    store.createIfAbsent("a/b", bytes("x"));
    Files.writeString(folder.resolve("root/a/.b.0123456789ab"), "half of");
    Files.createDirectories(folder.resolve("root/a/c"));
    Files.writeString(folder.resolve("root/a/c/.d.0123456789ab"), "half of");

    assertThat(store.list("a")).containsExactly("a/b");
    store.sweep("a");

    assertThat(filesBelow(folder)).containsExactly("root/a/b");
    assertThat(folder.resolve("root/a/c")).doesNotExist();
  }

  @Test
  void createsWhileOthersSweep() throws Exception {
    race(
        i ->
            () -> {
              LocalStore store = sameAgain();
              for (int n = 0; n < 50; n++) {
                String key = "a/" + i + "/" + n;
                assertThat(store.createIfAbsent(key, bytes("x"))).isEqualTo(Creation.CREATED);
                store.overwrite("a/hint", bytes("x"));
                store.sweep("a");
              }
              return i;
            });

    assertThat(filesBelow(folder)).hasSize(8 * 50 + 1);
  }

  @Test
  void emptyFoldersGoUpToTheRoot() throws IOException {
    LocalStore store = sameAgain();
    store.createIfAbsent("a/b/c", bytes("x"));
    store.createIfAbsent("a/d", bytes("x"));

    store.delete(List.of("a/b/c"));
    assertThat(folder.resolve("root/a/b")).doesNotExist();

    store.delete(List.of("a/d"));
    assertThat(folder.resolve("root")).isEmptyDirectory();
  }

  @Test
  void createsWhileOthersTakeEmptyFoldersAway() throws Exception {
    race(
        i ->
            () -> {
              LocalStore store = sameAgain();
              for (int n = 0; n < 50; n++) {
                String key = "a/b/c" + i % 2 + "/" + i;
                assertThat(store.createIfAbsent(key, bytes("x"))).isEqualTo(Creation.CREATED);
                store.delete(List.of(key));
                stage(store, key);
                store.move(List.of(new ObjectStore.Move(key, key + "moved")));
                assertThat(store.read(key + "moved")).isPresent();
                store.delete(List.of(key + "moved"));
              }
              return i;
            });

    assertThat(folder.resolve("root")).isEmptyDirectory();
  }

  @Test
  void namesTheFileThatStandsWhereAFolderMust() throws IOException {
    Files.writeString(folder.resolve("root"), "not a folder");

    for (Runnable call :
        List.<Runnable>of(
            () -> sameAgain().createIfAbsent("a", bytes("x")),
            () -> sameAgain().stage("a"),
            () -> sameAgain().requireWritable())) {
      assertThatThrownBy(call::run)
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining(folder.resolve("root") + " is not a folder");
    }
  }

  @Test
  void askingWhetherItCanBeWrittenWritesNothing() {
    sameAgain().requireWritable();

    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void saysWhoHasNoPermissionWhere() {
    var denied = new AccessDeniedException("/lake");

    assertThat(LocalFailure.of("create", Path.of("/lake/trips"), denied))
        .hasMessage(
            "Cannot create /lake/trips: permission denied at /lake; give user \"%s\" the right, or"
                + " choose another path",
            System.getProperty("user.name"))
        .matches(e -> !e.retriable())
        .matches(e -> e.category() == Category.TARGET);
  }

  @Test
  void saysThatTheDiskIsFull() {
    var full = new FileSystemException("x", null, "No space left on device");

    assertThat(LocalFailure.of("write", Path.of("/lake/x"), full))
        .hasMessage(
            "Cannot write /lake/x: the disk is full (No space left on device); free space there,"
                + " or choose another path")
        .matches(e -> !e.retriable());
    assertThat(LocalFailure.of("write", Path.of("/x"), new IOException("No space left on device")))
        .hasMessageContaining("the disk is full");
  }

  private static void stage(ObjectStore store, String key) {
    try (StagedStream stream = store.stage(key)) {
      stream.write(1);
      stream.finish();
    }
  }

  private static List<String> filesBelow(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(f -> folder.relativize(f).toString())
          .sorted()
          .toList();
    }
  }
}
