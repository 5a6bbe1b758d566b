package io.millrace.connect.postgres.changes;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;

/** A copy of a running server that follows it. */
final class Standby {
  /** Folders of which a copy has nothing but themselves, and files that it must not have. */
  private static final Set<String> LEFT_EMPTY = Set.of("pg_wal", "pg_replslot", "pg_stat_tmp");

  private static final Set<String> LEFT_OUT = Set.of("postmaster.pid", "postmaster.opts");

  private Standby() {}

  /**
   * Copies a server while it runs, as "Making a Base Backup Using the Low Level API" of Postgres's
   * manual has it, and starts the copy.
   *
   * @param primaryFolder the folder that the primary was started in
   * @param slot the physical slot that keeps the log for it, which it makes
   */
  static SlotServer start(SlotServer primary, Path primaryFolder, Path folder, String slot)
      throws IOException, SQLException {
    Path cluster = folder.resolve("cluster");
    primary.execute("SELECT pg_create_physical_replication_slot('%s', true)".formatted(slot));
    primary.execute("SELECT pg_backup_start('standby', fast => true)");
    copy(primaryFolder.resolve("cluster"), cluster);
    String label = primary.one("SELECT labelfile FROM pg_backup_stop()");
    Files.writeString(cluster.resolve("backup_label"), label);
    Files.writeString(
        cluster.resolve("postgresql.auto.conf"),
        """
        primary_conninfo = 'host=127.0.0.1 port=%d user=postgres dbname=postgres'
        primary_slot_name = '%s'
        hot_standby_feedback = on
        sync_replication_slots = on
        """
            .formatted(primary.port(), slot));
    Files.createFile(cluster.resolve("standby.signal"));
    Files.createFile(folder.resolve("initialised"));
    return SlotServer.start(folder, Map.of());
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Path copy = to.resolve(from.relativize(folder));
            Files.createDirectories(copy.getParent());
            Files.copy(folder, copy, StandardCopyOption.COPY_ATTRIBUTES);
            return LEFT_EMPTY.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!LEFT_OUT.contains(file.getFileName().toString())) {
              Files.copy(
                  file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
