package vzguard.controller.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;

/**
 * One file of mode 0600 with all that a controller must not lose: a SQLite database like the one in a state folder, and beside its
 * tables one with the files of the CA. Whoever has it can issue identities.
 */
public final class BackupFile {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z-]*\\.pem");

    private BackupFile() {}

    /**
     * Writes it; it is there as a whole or not at all.
     *
     * @param authority names and contents of the CA's files
     * @param tell a line for each table
     * @throws StateUnusable when there is such a file, or it cannot be written
     */
    public static void write(Path file, Database from, Map<String, byte[]> authority, Consumer<String> tell) {
        if (Files.exists(file)) {
            throw new StateUnusable(file + " is there already; name another file");
        }
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try {
            Files.deleteIfExists(partial);
            Files.createFile(
                    partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try (Database to = Database.fresh(new SqliteFile(partial))) {
                DatabaseCopy.copy(from, to, tell);
                Handle sql = to.handle();
                sql.execute("create table files (name text not null primary key, content bytea not null)");
                authority.forEach((name, content) -> sql.createUpdate("insert into files values (:name, :content)")
                        .bind("name", name)
                        .bind("content", content)
                        .execute());
                // One file, that is not written to when it is read.
                sql.createQuery("pragma journal_mode = delete")
                        .mapTo(String.class)
                        .one();
            }
            Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                folder.force(true);
            }
        } catch (IOException e) {
            throw new StateUnusable(
                    "cannot write " + file + ": " + e.getClass().getSimpleName() + " " + e.getMessage()
                            + "; check space and permissions, or name another file",
                    e);
        } finally {
            discard(partial);
        }
    }

    private static void discard(Path partial) {
        try {
            Files.deleteIfExists(partial);
        } catch (IOException e) {
            throw new StateUnusable("cannot delete " + partial + ": " + e.getMessage() + "; delete it", e);
        }
    }

    /** @throws StateUnusable when the file is no backup, or of another version */
    public static Database open(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new StateUnusable("there is no file " + file + "; name one that `vzguard controller backup` wrote");
        }
        Database backup = Database.read(new SqliteFile(file));
        boolean whole = backup.handle()
                        .createQuery("select count(*) from sqlite_master where name = 'files'")
                        .mapTo(Integer.class)
                        .one()
                == 1;
        if (!whole) {
            backup.close();
            throw new StateUnusable(
                    file + " is a database without its CA, and no backup; `vzguard controller database copy` takes it");
        }
        return backup;
    }

    /**
     * Names and contents of the CA's files.
     *
     * @throws StateUnusable when a name is none that a CA's file has, so that nothing is written elsewhere
     */
    public static Map<String, byte[]> authority(Database backup) {
        Map<String, byte[]> files = new TreeMap<>();
        backup.handle()
                .createQuery("select name, content from files")
                .map((row, context) -> files.put(row.getString("name"), row.getBytes("content")))
                .list();
        for (String name : files.keySet()) {
            if (!NAME.matcher(name).matches()) {
                throw new StateUnusable(backup.address() + " holds a file of the CA called \"" + name
                        + "\", which no backup does; nothing was restored; use another backup");
            }
        }
        return files;
    }
}
