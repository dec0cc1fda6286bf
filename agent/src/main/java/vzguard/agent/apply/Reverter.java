package vzguard.agent.apply;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import vzguard.agent.enrol.DurableFile;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.UndoText;
import vzguard.agent.model.Family;
import vzguard.agent.model.Place;
import vzguard.agent.tools.PlacePrograms;

/**
 * Takes guards back that nobody confirmed. Before a guard is written, a file says how to undo it, and a process of its own (a
 * shell in a session of its own, no JVM) waits for the time to pass: it acts when the agent is dead, too. Whoever renames the
 * file first has decided: {@code .confirmed}, or {@code .running} and then {@code .reverted}. Safe for use by many threads.
 */
public final class Reverter {
    private static final Logger LOG = Logger.getLogger(Reverter.class.getName());

    /**
     * Waits {@code $1} seconds, then feeds the file {@code $2} to the program that the other arguments name, unless the file is
     * gone: it was confirmed. A VE that is down meanwhile gets its own back when it is up, within an hour.
     */
    public static final String WAIT = """
            sleep "$1"
            file=${2%.undo}
            shift 2
            mv "$file.undo" "$file.running" 2>/dev/null || exit 0
            tries=0
            until "$@" <"$file.running"; do
                tries=$((tries + 1))
                [ "$tries" -lt 720 ] || break
                sleep 5
            done
            mv "$file.running" "$file.reverted"
            """;

    private static final String ARMED = ".undo";
    private static final String RUNNING = ".running";
    private static final String REVERTED = ".reverted";
    private static final String CONFIRMED = ".confirmed";
    private static final Duration UNTIL_STARTED = Duration.ofMillis(1);
    private static final Duration POLL = Duration.ofMillis(100);
    /** A process that was to act so long ago does not live any more. */
    private static final Duration OVERDUE = Duration.ofSeconds(5);

    private static final int RUNNING_POLLS = 100;

    private final CommandRunner runner;
    private final PlacePrograms programs;
    private final HostFiles files;
    private final Path folder;
    private final Clock clock;
    private final Pause pause;
    private final RandomGenerator random;

    public Reverter(
            CommandRunner runner,
            HostFiles files,
            Path stateDirectory,
            Clock clock,
            Pause pause,
            RandomGenerator random) {
        this.runner = runner;
        this.programs = new PlacePrograms(runner);
        this.files = files;
        this.folder = stateDirectory.resolve("confirm");
        this.clock = clock;
        this.pause = pause;
        this.random = random;
    }

    /**
     * Arms the undoing of one write, before it is made. The file is on the disk and the process started when this returns.
     *
     * @param undo as {@link UndoText} makes it
     * @param peers as in {@link PendingUndo}; none where nobody is asked
     * @throws UncheckedIOException when it cannot be armed: then nothing may be written
     */
    public void arm(Place place, Family family, String undo, Duration within, List<String> peers) {
        String name = name(place) + ".v" + family.number() + String.format(Locale.ROOT, ".%08x", random.nextInt());
        Path file = folder.resolve(name + ARMED);
        PendingUndo pending = new PendingUndo(place, clock.instant().plus(within), bootId(), peers, undo);
        try {
            DurableFile.replace(file, pending.text().getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
        }
        List<String> argv = new ArrayList<>(
                List.of("setsid", "sh", "-c", WAIT, "sh", Long.toString(within.toSeconds()), file.toString()));
        argv.addAll(PlacePrograms.command(place, "", takeBack()).argv());
        runner.run(Command.of(argv).withDeadline(UNTIL_STARTED).leftRunning());
    }

    private static List<String> takeBack() {
        return List.of("sh", "-c", UndoText.TAKE_BACK, "sh");
    }

    /** Whether a write at this place waits for its confirmation, or is just being taken back. */
    public boolean isArmed(Place place) {
        return !with(place, ARMED).isEmpty() || !with(place, RUNNING).isEmpty();
    }

    /** All writes that wait. */
    public List<PendingUndo> pending() {
        return all().stream()
                .filter(file -> file.toString().endsWith(ARMED))
                .flatMap(file -> read(file).stream())
                .toList();
    }

    /**
     * All writes at a place are good.
     *
     * @return whether each of them still stood; where one had been taken back already, the others are not confirmed
     */
    public boolean confirm(Place place) {
        boolean all = with(place, RUNNING).isEmpty() && with(place, REVERTED).isEmpty();
        for (Path file : with(place, ARMED)) {
            all = all && renamed(file, CONFIRMED);
        }
        return all;
    }

    /**
     * Waits until writes at this place are confirmed by somebody else, or taken back.
     *
     * @return whether they were confirmed
     */
    public boolean awaitConfirmed(Place place) {
        while (!with(place, ARMED).isEmpty() || !with(place, RUNNING).isEmpty()) {
            pause.pause(POLL);
        }
        boolean confirmed = with(place, REVERTED).isEmpty();
        forget(place);
        return confirmed;
    }

    /** Takes back what waits at this place, now. Where nothing waits, nothing is done. */
    public void takeBack(Place place) {
        for (int poll = 0; poll < RUNNING_POLLS && !with(place, RUNNING).isEmpty(); poll++) {
            pause.pause(POLL);
        }
        List<Path> left = new ArrayList<>(with(place, RUNNING));
        with(place, ARMED).stream()
                .filter(file -> renamed(file, RUNNING))
                .map(file -> named(file, RUNNING))
                .forEach(left::add);
        left.forEach(file -> read(file).ifPresent(undo -> {
            LOG.log(Level.WARNING, "the guard of {0} was not confirmed and is taken back", place.describe());
            programs.run(place, undo.text(), takeBack().toArray(new String[0]));
        }));
        forget(place);
    }

    /** Forgets what was decided about a place. */
    public void forget(Place place) {
        for (Path file : ofPlace(place)) {
            if (!file.toString().endsWith(ARMED)) {
                delete(file);
            }
        }
    }

    /**
     * Takes back what nobody will any more: the host was started anew, or the process that waited was killed. Call at the
     * agent's start.
     */
    public void conclude() {
        String boot = bootId();
        Instant now = clock.instant();
        for (Path file : all()) {
            read(file)
                    .filter(undo -> !file.toString().endsWith(REVERTED)
                            && !file.toString().endsWith(CONFIRMED)
                            && (!undo.bootId().equals(boot)
                                    || undo.until().plus(OVERDUE).isBefore(now)))
                    .ifPresent(undo -> takeBack(undo.place()));
        }
    }

    /** Empty when it has just gone, or is none. */
    private static Optional<PendingUndo> read(Path file) {
        try {
            return Optional.of(PendingUndo.parse(Files.readString(file, StandardCharsets.ISO_8859_1)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "cannot read " + file, e);
            return Optional.empty();
        }
    }

    private String bootId() {
        return files.read("/proc/sys/kernel/random/boot_id").map(String::strip).orElse("");
    }

    private static boolean renamed(Path file, String ending) {
        try {
            Files.move(file, named(file, ending), StandardCopyOption.ATOMIC_MOVE);
            return true;
        } catch (IOException e) {
            LOG.log(Level.FINE, "decided by another", e);
            return false;
        }
    }

    private static Path named(Path file, String ending) {
        String name = String.valueOf(file.getFileName());
        return file.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ending);
    }

    private static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot delete " + file, e);
        }
    }

    private List<Path> with(Place place, String ending) {
        return ofPlace(place).stream()
                .filter(file -> file.toString().endsWith(ending))
                .toList();
    }

    private List<Path> ofPlace(Place place) {
        return all().stream()
                .filter(file -> String.valueOf(file.getFileName()).startsWith(name(place) + ".v"))
                .toList();
    }

    private List<Path> all() {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(file -> !String.valueOf(file.getFileName()).startsWith("."))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder, e);
        }
    }

    private static String name(Place place) {
        return place.ctid().map(ctid -> "ve-" + ctid).orElse("host");
    }
}
