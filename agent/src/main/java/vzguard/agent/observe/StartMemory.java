package vzguard.agent.observe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import vzguard.agent.model.NetfilterMode;
import vzguard.agent.model.Share;
import vzguard.values.Ctid;

/**
 * What each running VE was given when it started: the kernel does not tell, and the config may have changed since. Kept in
 * one small file of the state directory, so that it outlives the agent. Thread safe.
 */
public final class StartMemory {
    /** Clocks are read around a program's run: one start may be measured this far apart. */
    private static final Duration SAME_START = Duration.ofSeconds(5);

    private final Path file;
    private final Map<Ctid, Start> starts;

    /**
     * One start of a VE.
     *
     * @param ticks init's start as the VE's kernel counts it
     * @param share what it was given; empty: not known
     */
    public record Start(long ticks, Instant at, Optional<Share> share) {}

    private StartMemory(Path file, Map<Ctid, Start> starts) {
        this.file = file;
        this.starts = new TreeMap<>(starts);
    }

    /** Reads the file; lines that cannot be read are forgotten, which only means that less is known. */
    public static StartMemory open(Path stateDirectory) {
        Path file = stateDirectory.resolve("starts");
        Map<Ctid, Start> starts = new TreeMap<>();
        try {
            for (String line : Files.readAllLines(file)) {
                read(line, starts);
            }
        } catch (IOException e) {
            // The first run: nothing is known yet.
        }
        return new StartMemory(file, starts);
    }

    private static void read(String line, Map<Ctid, Start> starts) {
        String[] fields = line.split("\t", 5);
        if (fields.length == 5
                && Ctid.isValid(fields[0])
                && fields[1].matches("\\d{1,18}")
                && fields[2].matches("\\d{1,18}")) {
            Instant at = Instant.ofEpochMilli(Long.parseLong(fields[2]));
            starts.put(new Ctid(fields[0]), new Start(Long.parseLong(fields[1]), at, share(fields[3], fields[4])));
        }
    }

    private static Optional<Share> share(String kind, String value) {
        return switch (kind) {
            case "names" ->
                Optional.of(new Share.Names(Arrays.stream(value.split(" "))
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toCollection(TreeSet::new))));
            case "mode" -> NetfilterMode.parse(value).map(Share.Mode::new);
            default -> Optional.empty();
        };
    }

    /**
     * The start that was seen, as first measured, with what is known of it.
     *
     * @param effective what the config says now
     * @param configChanged when the config last changed; not after the start: the VE was given what it says now
     */
    public synchronized Start seen(Ctid ctid, long ticks, Instant startedAt, Share effective, Instant configChanged) {
        Start known = starts.get(ctid);
        if (known != null
                && known.ticks() == ticks
                && Duration.between(known.at(), startedAt).abs().compareTo(SAME_START) < 0) {
            return known;
        }
        Optional<Share> given = configChanged.isAfter(startedAt) ? Optional.empty() : Optional.of(effective);
        Start start = new Start(ticks, startedAt, given);
        starts.put(ctid, start);
        return start;
    }

    /** Forgets VEs that are gone or do not run. */
    public synchronized void keepOnly(Set<Ctid> running) {
        starts.keySet().retainAll(running);
    }

    /** Writes the file when something changed. */
    public synchronized void save() throws IOException {
        String text = starts.entrySet().stream()
                .map(entry -> line(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining());
        if (Files.exists(file) ? !Files.readString(file).equals(text) : !text.isEmpty()) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path fresh = file.resolveSibling("starts.new");
            Files.writeString(fresh, text);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static String line(Ctid ctid, Start start) {
        String share = start.share()
                .map(known -> known instanceof Share.Mode mode
                        ? "mode\t" + mode.mode().word()
                        : "names\t" + known.describe())
                .orElse("unknown\t");
        return ctid + "\t" + start.ticks() + "\t" + start.at().toEpochMilli() + "\t" + share + "\n";
    }
}
