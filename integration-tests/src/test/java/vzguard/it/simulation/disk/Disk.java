package vzguard.it.simulation.disk;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Files of one host. The content of a file is safe once it was forced, its name once its folder was forced: after a loss of power
 * everything else is there or not, as chance has it. Folders are safe when they are made.
 */
public final class Disk {
    private final TreeMap<String, Node> seen = new TreeMap<>();
    private final TreeMap<String, Node> safe = new TreeMap<>();
    private final TreeSet<String> folders = new TreeSet<>(List.of("/"));
    private final DiskFileSystem fileSystem = new DiskFileSystem(this);
    private final SplittableRandom random;
    private final LongSupplier clock;
    private final Runnable beforeEachWrite;
    private boolean full;

    /** @param beforeEachWrite may throw: the process that writes ends there */
    public Disk(SplittableRandom random, LongSupplier clock, Runnable beforeEachWrite) {
        this.random = random;
        this.clock = clock;
        this.beforeEachWrite = beforeEachWrite;
    }

    static final class Node {
        byte[] content = new byte[0];
        byte[] forced = new byte[0];
        long modified;
    }

    public Path path(String absolute) {
        return new DiskPath(fileSystem, absolute);
    }

    public void fill(boolean toTheBrim) {
        full = toTheBrim;
    }

    /** What was not forced is there or not. */
    public void losePower() {
        TreeSet<String> names = new TreeSet<>(seen.keySet());
        names.addAll(safe.keySet());
        TreeMap<String, Node> left = new TreeMap<>();
        for (String name : names) {
            Node node = random.nextBoolean() ? seen.get(name) : safe.get(name);
            if (node != null) {
                left.put(name, node);
            }
        }
        for (Node node : left.values()) {
            if (!Arrays.equals(node.content, node.forced)) {
                boolean grew = node.content.length > node.forced.length;
                int kept = grew ? node.forced.length + random.nextInt(node.content.length - node.forced.length + 1) : 0;
                node.content = grew ? Arrays.copyOf(node.content, kept) : node.forced;
                node.forced = node.content;
            }
        }
        seen.clear();
        seen.putAll(left);
        safe.clear();
        safe.putAll(left);
    }

    boolean isFolder(String name) {
        return folders.contains(name);
    }

    @Nullable
    Node find(String name) {
        return seen.get(name);
    }

    Node open(String name) throws NoSuchFileException {
        Node node = seen.get(name);
        if (node == null) {
            throw new NoSuchFileException(name);
        }
        return node;
    }

    Node create(String name) throws IOException {
        room();
        Node node = new Node();
        node.modified = clock.getAsLong();
        seen.put(name, node);
        return node;
    }

    void append(Node node, byte[] more) throws IOException {
        room();
        int length = node.content.length;
        node.content = Arrays.copyOf(node.content, length + more.length);
        System.arraycopy(more, 0, node.content, length, more.length);
        node.modified = clock.getAsLong();
    }

    void truncate(Node node) {
        beforeEachWrite.run();
        node.content = new byte[0];
    }

    void force(Node node) {
        beforeEachWrite.run();
        node.forced = node.content;
    }

    void forceFolder(String folder) {
        beforeEachWrite.run();
        String prefix = folder.equals("/") ? folder : folder + "/";
        safe.keySet().removeIf(name -> isIn(name, prefix));
        seen.forEach((name, node) -> {
            if (isIn(name, prefix)) {
                safe.put(name, node);
            }
        });
    }

    private static boolean isIn(String name, String prefix) {
        return name.startsWith(prefix) && name.indexOf('/', prefix.length()) < 0;
    }

    void makeFolder(String name) throws FileAlreadyExistsException {
        if (!folders.add(name)) {
            throw new FileAlreadyExistsException(name);
        }
    }

    void move(String from, String to) throws NoSuchFileException {
        Node node = open(from);
        beforeEachWrite.run();
        seen.remove(from);
        seen.put(to, node);
    }

    void delete(String name) throws NoSuchFileException {
        Objects.requireNonNull(open(name));
        beforeEachWrite.run();
        seen.remove(name);
    }

    List<String> list(String folder) {
        String prefix = folder + "/";
        return seen.keySet().stream().filter(name -> isIn(name, prefix)).toList();
    }

    private void room() throws IOException {
        beforeEachWrite.run();
        if (full) {
            throw new IOException("No space left on device");
        }
    }
}
