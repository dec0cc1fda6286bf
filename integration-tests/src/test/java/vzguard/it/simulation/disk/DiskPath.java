package vzguard.it.simulation.disk;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A name on a {@link Disk}, as far as the agent uses names. */
final class DiskPath implements Path {
    private final DiskFileSystem fileSystem;
    private final String text;

    DiskPath(DiskFileSystem fileSystem, String text) {
        this.fileSystem = fileSystem;
        this.text = text;
    }

    private DiskPath of(String other) {
        return new DiskPath(fileSystem, other);
    }

    private List<String> names() {
        List<String> names = new ArrayList<>();
        for (String name : text.split("/", -1)) {
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }

    @Override
    public FileSystem getFileSystem() {
        return fileSystem;
    }

    @Override
    public boolean isAbsolute() {
        return text.startsWith("/");
    }

    @Override
    public @Nullable Path getRoot() {
        return isAbsolute() ? of("/") : null;
    }

    @Override
    public @Nullable Path getFileName() {
        List<String> names = names();
        return names.isEmpty() ? null : of(names.get(names.size() - 1));
    }

    @Override
    public @Nullable Path getParent() {
        int slash = text.lastIndexOf('/');
        if (slash < 0 || text.equals("/")) {
            return null;
        }
        return of(slash == 0 ? "/" : text.substring(0, slash));
    }

    @Override
    public int getNameCount() {
        return names().size();
    }

    @Override
    public Path getName(int index) {
        return of(names().get(index));
    }

    @Override
    public Path subpath(int from, int to) {
        return of(String.join("/", names().subList(from, to)));
    }

    @Override
    public boolean startsWith(Path other) {
        return text.startsWith(other.toString());
    }

    @Override
    public boolean endsWith(Path other) {
        return text.endsWith(other.toString());
    }

    @Override
    public Path normalize() {
        return this;
    }

    @Override
    public Path resolve(Path other) {
        if (other.isAbsolute()) {
            return other;
        }
        return of(text.equals("/") ? "/" + other : text + "/" + other);
    }

    @Override
    public Path relativize(Path other) {
        List<String> all = ((DiskPath) other).names();
        return of(String.join("/", all.subList(names().size(), all.size())));
    }

    @Override
    public URI toUri() {
        return URI.create("disk:" + text);
    }

    @Override
    public Path toAbsolutePath() {
        return this;
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return this;
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public int compareTo(Path other) {
        return text.compareTo(other.toString());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DiskPath path && path.fileSystem == fileSystem && path.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
