package vzguard.it.simulation.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@code Files} asks for, as far as the agent does. */
final class DiskProvider extends FileSystemProvider {
    private final Disk disk;
    private final DiskFileSystem fileSystem;

    DiskProvider(Disk disk, DiskFileSystem fileSystem) {
        this.disk = disk;
        this.fileSystem = fileSystem;
    }

    @Override
    public String getScheme() {
        return "disk";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> options) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        return fileSystem;
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public SeekableByteChannel newByteChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... with)
            throws IOException {
        return newFileChannel(path, options, with);
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... with)
            throws IOException {
        String name = path.toString();
        if (disk.isFolder(name)) {
            return new DiskChannel(disk, name, null);
        }
        Disk.Node node = disk.find(name);
        if (node != null && options.contains(StandardOpenOption.CREATE_NEW)) {
            throw new FileAlreadyExistsException(name);
        }
        if (node == null) {
            boolean creates =
                    options.contains(StandardOpenOption.CREATE_NEW) || options.contains(StandardOpenOption.CREATE);
            if (!creates) {
                throw new NoSuchFileException(name);
            }
            node = disk.create(name);
        } else if (options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            disk.truncate(node);
        }
        return new DiskChannel(disk, name, node);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path folder, DirectoryStream.Filter<? super Path> filter) {
        List<Path> found = new ArrayList<>();
        disk.list(folder.toString()).forEach(name -> found.add(new DiskPath(fileSystem, name)));
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return found.iterator();
            }

            @Override
            public void close() {
                // Nothing is held.
            }
        };
    }

    @Override
    public void createDirectory(Path folder, FileAttribute<?>... with) throws IOException {
        disk.makeFolder(folder.toString());
    }

    @Override
    public void delete(Path path) throws IOException {
        disk.delete(path.toString());
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        disk.move(from.toString(), to.toString());
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public boolean isSameFile(Path one, Path other) {
        return one.equals(other);
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        if (!disk.isFolder(path.toString())) {
            disk.open(path.toString());
        }
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return null;
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        boolean folder = disk.isFolder(path.toString());
        return type.cast(new Attributes(folder, folder ? new Disk.Node() : disk.open(path.toString())));
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException("not used");
    }

    private record Attributes(boolean isDirectory, Disk.Node node) implements BasicFileAttributes {
        @Override
        public FileTime lastModifiedTime() {
            return FileTime.fromMillis(node.modified);
        }

        @Override
        public FileTime lastAccessTime() {
            return lastModifiedTime();
        }

        @Override
        public FileTime creationTime() {
            return lastModifiedTime();
        }

        @Override
        public boolean isRegularFile() {
            return !isDirectory;
        }

        @Override
        public boolean isSymbolicLink() {
            return false;
        }

        @Override
        public boolean isOther() {
            return false;
        }

        @Override
        public long size() {
            return node.content.length;
        }

        @Override
        public Object fileKey() {
            return node;
        }
    }
}
