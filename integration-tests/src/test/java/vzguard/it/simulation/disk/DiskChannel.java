package vzguard.it.simulation.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/** An open file, written at its end and read from its beginning; or an open folder, which can be forced only. */
final class DiskChannel extends FileChannel {
    private final Disk disk;
    private final String name;
    private final Disk.@Nullable Node node;
    private int position;

    DiskChannel(Disk disk, String name, Disk.@Nullable Node node) {
        this.disk = disk;
        this.name = name;
        this.node = node;
    }

    private Disk.Node file() throws IOException {
        if (node == null) {
            throw new IOException(name + " is a folder");
        }
        return node;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        byte[] content = file().content;
        int length = Math.min(target.remaining(), content.length - position);
        if (length <= 0) {
            return -1;
        }
        target.put(content, position, length);
        position += length;
        return length;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        byte[] bytes = new byte[source.remaining()];
        disk.append(file(), bytesOf(source, bytes));
        return bytes.length;
    }

    private static byte[] bytesOf(ByteBuffer source, byte[] bytes) {
        source.get(bytes);
        return bytes;
    }

    @Override
    public void force(boolean metaData) {
        if (node == null) {
            disk.forceFolder(name);
        } else {
            disk.force(node);
        }
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long newPosition) {
        position = (int) newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        return file().content.length;
    }

    @Override
    protected void implCloseChannel() {
        // Nothing is held.
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public FileChannel truncate(long size) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long from, long count) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public int read(ByteBuffer target, long from) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public int write(ByteBuffer source, long from) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public FileLock lock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException("not used");
    }

    @Override
    public FileLock tryLock(long from, long size, boolean shared) {
        throw new UnsupportedOperationException("not used");
    }
}
