package vzguard.agent.journal;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The write-ahead journal: an append-only file of checksummed lines. Every append is on the disk when it returns. A line that
 * was torn by a crash, at the end of the file, never happened; a damaged line elsewhere is reported and passed over. Thread
 * safe; one process at a time.
 */
public final class Journal implements AutoCloseable {
    private static final int COMPACT_AFTER = 1000;

    private final Path file;
    private final Map<String, List<JournalEntry>> live = new LinkedHashMap<>();
    private final List<String> problems = new ArrayList<>();
    private FileChannel channel;
    private int deadLines;

    private Journal(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens the journal of a state directory, which is made when it is not there.
     *
     * @throws IOException when the directory cannot be read or written
     */
    public static Journal open(Path stateDirectory) throws IOException {
        Files.createDirectories(stateDirectory);
        Path file = stateDirectory.resolve("journal");
        Journal journal = new Journal(file, appending(file));
        synchronized (journal) {
            journal.read();
            journal.compact();
        }
        return journal;
    }

    private static FileChannel appending(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
    }

    private void read() throws IOException {
        List<String> lines = new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                .lines()
                .toList();
        for (int i = 0; i < lines.size(); i++) {
            int number = i + 1;
            boolean last = number == lines.size();
            JournalEntry.parse(lines.get(i)).ifPresentOrElse(this::remember, () -> {
                if (!last) {
                    problems.add(file + ":" + number + ": damaged line; what it recorded is not known");
                }
            });
        }
    }

    private void remember(JournalEntry entry) {
        if (entry.type() == JournalEntry.Type.FORGOTTEN) {
            List<JournalEntry> gone = live.remove(entry.job());
            deadLines += 1 + (gone == null ? 0 : gone.size());
        } else {
            live.computeIfAbsent(entry.job(), job -> new ArrayList<>()).add(entry);
        }
    }

    /** What was found damaged when the journal was opened, one sentence each. */
    public synchronized List<String> problems() {
        return List.copyOf(problems);
    }

    /** Jobs with entries, oldest first. */
    public synchronized List<String> jobs() {
        return List.copyOf(live.keySet());
    }

    /** A job's log; what was recorded up to now is its previous part. */
    public synchronized StepLog of(String job) {
        List<JournalEntry> previous = List.copyOf(live.getOrDefault(job, List.of()));
        return new StepLog() {
            @Override
            public List<JournalEntry> previous() {
                return previous;
            }

            @Override
            public void intent(String step, Map<String, String> facts) {
                append(new JournalEntry(JournalEntry.Type.INTENT, job, step, new TreeMap<>(facts)));
            }

            @Override
            public void done(String step) {
                append(new JournalEntry(JournalEntry.Type.DONE, job, step, none()));
            }

            @Override
            public void failed(String step) {
                append(new JournalEntry(JournalEntry.Type.FAILED, job, step, none()));
            }
        };
    }

    private static SortedMap<String, String> none() {
        return new TreeMap<>();
    }

    /** The job's result is safe: its entries go. */
    public synchronized void forget(String job) {
        if (live.containsKey(job)) {
            append(new JournalEntry(JournalEntry.Type.FORGOTTEN, job, "", none()));
            if (deadLines > COMPACT_AFTER) {
                try {
                    compact();
                } catch (IOException e) {
                    throw new UncheckedIOException("cannot compact " + file + ": " + e.getMessage(), e);
                }
            }
        }
    }

    private synchronized void append(JournalEntry entry) {
        try {
            write(channel, entry.line());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
        remember(entry);
    }

    private static void write(FileChannel channel, String text) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        channel.force(true);
    }

    /** Rewrites the file without what is no longer needed, a torn tail included. */
    private void compact() throws IOException {
        String text = live.values().stream()
                .flatMap(List::stream)
                .map(JournalEntry::line)
                .collect(Collectors.joining());
        if (!Files.readString(file).equals(text)) {
            Path fresh = file.resolveSibling("journal.new");
            try (FileChannel target = FileChannel.open(
                    fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
                write(target, text);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel directory = FileChannel.open(file.toAbsolutePath().getParent())) {
                directory.force(true);
            }
            channel.close();
            channel = appending(file);
        }
        deadLines = 0;
    }

    @Override
    public synchronized void close() throws IOException {
        channel.close();
    }
}
