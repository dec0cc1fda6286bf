package vzguard.agent.apply;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import vzguard.agent.apply.UndoFiles.Stage;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.UndoText;
import vzguard.agent.model.Family;
import vzguard.agent.model.Place;
import vzguard.agent.observe.ConfigReader;
import vzguard.agent.tools.PlacePrograms;

/**
 * Takes guards back that nobody confirmed. Before a guard is written, a file says how to undo it, and a process of its own (a
 * shell in a session of its own, no JVM) waits for the time to pass: it acts when the agent is dead, too. Whoever renames the
 * file first has decided: {@code .confirmed}, or {@code .running} and then {@code .reverted}. Safe for use by many threads.
 */
public final class Reverter {
    private static final Logger LOG = Logger.getLogger(Reverter.class.getName());

    /**
     * Waits {@code $1} seconds, then feeds the file {@code $2} to the program that the last arguments name, unless the file is
     * gone: it was confirmed. A VE that is down meanwhile gets its own back when it is up: it is tried every 5 s, after ten minutes
     * every minute, for as long as the file {@code $3} says that the VE belongs to this host.
     */
    public static final String WAIT = """
            sleep "$1"
            file=${2%.undo}
            there=$3
            shift 3
            mv "$file.undo" "$file.running" 2>/dev/null || exit 0
            tries=0
            while [ -e "$file.running" ] && [ -e "$there" ]; do
                "$@" <"$file.running" && break
                tries=$((tries + 1))
                if [ "$tries" -lt 120 ]; then sleep 5; else sleep 60; fi
            done
            mv "$file.running" "$file.reverted"
            """;

    private static final Duration UNTIL_STARTED = Duration.ofMillis(1);
    private static final Duration POLL = Duration.ofMillis(100);
    /** A connection that is only tried stands for some hundredths of a second. */
    private static final Duration WATCH = Duration.ofMillis(20);

    /** A process that was to act so long ago does not live any more. */
    private static final Duration OVERDUE = Duration.ofSeconds(5);

    private static final int RUNNING_POLLS = 100;

    private final CommandRunner runner;
    private final PlacePrograms programs;
    private final HostFiles files;
    private final UndoFiles undos;
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
        this.undos = new UndoFiles(stateDirectory.resolve("confirm"));
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
        PendingUndo pending = new PendingUndo(place, clock.instant().plus(within), bootId(), peers, undo);
        Path file = undos.write(pending, family, random.nextInt());
        CommandResult started = startWaiting(place, file, within);
        if (started.exit() == CommandResult.NOT_STARTED) {
            undos.delete(file);
            throw new UncheckedIOException(new IOException("nothing waits to take it back: " + started.explain()));
        }
    }

    private CommandResult startWaiting(Place place, Path file, Duration within) {
        String there = place.inside().map(ConfigReader::veName).orElse("/");
        List<String> argv = new ArrayList<>(
                List.of("setsid", "sh", "-c", WAIT, "sh", Long.toString(within.toSeconds()), file.toString(), there));
        argv.addAll(PlacePrograms.command(place, "", program()).argv());
        return runner.run(Command.of(argv).withDeadline(UNTIL_STARTED).leftRunning());
    }

    private static List<String> program() {
        return List.of("sh", "-c", UndoText.TAKE_BACK, "sh");
    }

    /** Whether a write at this place waits for its confirmation, or is just being taken back. */
    public boolean isArmed(Place place) {
        return !undos.of(place, Stage.ARMED).isEmpty()
                || !undos.of(place, Stage.RUNNING).isEmpty();
    }

    /** All writes that wait. */
    public List<PendingUndo> pending() {
        return undos.all().stream()
                .filter(Stage.ARMED::isOf)
                .flatMap(file -> undos.read(file).stream())
                .toList();
    }

    /**
     * All writes at a place are good, or, where one had been taken back already, none: then all are taken back.
     *
     * @return whether they stay
     */
    public boolean confirm(Place place) {
        boolean all = undos.of(place, Stage.RUNNING).isEmpty()
                && undos.of(place, Stage.REVERTED).isEmpty();
        List<Path> confirmed = new ArrayList<>();
        for (Path file : undos.of(place, Stage.ARMED)) {
            Optional<Path> stays = all ? undos.become(file, Stage.CONFIRMED) : Optional.empty();
            stays.ifPresent(confirmed::add);
            all = stays.isPresent();
        }
        if (!all) {
            confirmed.forEach(file -> undos.become(file, Stage.ARMED));
            takeBack(place);
        }
        return all;
    }

    /**
     * Waits until writes at this place are confirmed by somebody else, or taken back.
     *
     * @param shown asked fifty times a second: what it says confirms them too
     * @return whether they were confirmed
     */
    public boolean awaitConfirmed(Place place, BooleanSupplier shown) {
        while (isArmed(place)) {
            if (shown.getAsBoolean()) {
                boolean stays = confirm(place);
                forget(place);
                return stays;
            }
            pause.pause(WATCH);
        }
        // Neither: another job that came to this place took them back, and forgot them.
        boolean confirmed = undos.of(place, Stage.REVERTED).isEmpty()
                && !undos.of(place, Stage.CONFIRMED).isEmpty();
        forget(place);
        return confirmed;
    }

    /**
     * Takes back what waits at this place, now. Where nothing waits, nothing is done. Where the place does not answer, it is
     * taken back as soon as it does.
     */
    public void takeBack(Place place) {
        for (int poll = 0;
                poll < RUNNING_POLLS && !undos.of(place, Stage.RUNNING).isEmpty();
                poll++) {
            pause.pause(POLL);
        }
        List<Path> left = new ArrayList<>(undos.of(place, Stage.RUNNING));
        undos.of(place, Stage.ARMED)
                .forEach(file -> undos.become(file, Stage.RUNNING).ifPresent(left::add));
        left.forEach(this::takeBack);
        forget(place);
    }

    private void takeBack(Path file) {
        Optional<PendingUndo> undo = undos.read(file);
        if (undo.isEmpty()) {
            return;
        }
        Place site = undo.get().place();
        LOG.log(Level.WARNING, "the guard of {0} was not confirmed and is taken back", site.describe());
        boolean done = programs.run(site, undo.get().undo(), program().toArray(new String[0]))
                .succeeded();
        if (done || !isThere(site)) {
            undos.delete(file);
        } else {
            undos.become(file, Stage.ARMED).ifPresent(again -> startWaiting(site, again, Duration.ZERO));
        }
    }

    private boolean isThere(Place place) {
        return place.inside().map(ConfigReader::veName).map(files::exists).orElse(true);
    }

    /** Forgets what was decided about a place. */
    public void forget(Place place) {
        undos.of(place, Stage.CONFIRMED).forEach(undos::delete);
        undos.of(place, Stage.REVERTED).forEach(undos::delete);
    }

    /**
     * Takes back what nobody will any more: the host was started anew, or the process that waited was killed. Call at the
     * agent's start.
     */
    public void conclude() {
        String boot = bootId();
        Instant now = clock.instant();
        for (Path file : undos.all()) {
            if (Stage.RUNNING.isOf(file) || Stage.ARMED.isOf(file)) {
                undos.read(file)
                        .filter(undo -> Stage.RUNNING.isOf(file)
                                || !undo.bootId().equals(boot)
                                || undo.until().plus(OVERDUE).isBefore(now))
                        .ifPresent(undo -> takeBack(undo.place().target()));
            }
        }
    }

    private String bootId() {
        return files.read("/proc/sys/kernel/random/boot_id").map(String::strip).orElse("");
    }
}
