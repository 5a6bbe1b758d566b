package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir Path temp;

  @Test
  void createsTheFolderAndResolvesLinks() throws Exception {
    Path link =
        Files.createSymbolicLink(
            temp.resolve("link"), Files.createDirectory(temp.resolve("target")));
    try (var lock = FolderLock.take(link.resolve("data"))) {
      assertThat(lock.folder()).isEqualTo(temp.toRealPath().resolve("target/data")).isDirectory();
    }
  }

  @Test
  void secondHolderIsRefusedByName() throws Exception {
    try (var lock = FolderLock.take(temp)) {
      assertThatThrownBy(() -> FolderLock.take(temp.resolve("../" + temp.getFileName())))
          .isInstanceOf(EmbeddedException.class)
          .hasMessage(
              "Folder %s is in use by this process: stop it first, or choose another folder",
              lock.folder());
    }
  }

  @Test
  void canBeTakenAgainAfterClose() throws Exception {
    FolderLock.take(temp).close();
    try (var again = FolderLock.take(temp)) {
      assertThat(again.folder()).isEqualTo(temp.toRealPath());
    }
  }
}
