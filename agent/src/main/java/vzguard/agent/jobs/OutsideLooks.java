package vzguard.agent.jobs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import vzguard.agent.enrol.DurableFile;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.GuardLists;
import vzguard.agent.guard.RecentEntry;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Place;
import vzguard.agent.outside.Judgement;
import vzguard.agent.outside.Look;
import vzguard.agent.outside.OutsideEye;
import vzguard.agent.tools.RecentLists;
import vzguard.agent.tools.SshPeers;
import vzguard.values.BanAddress;

/**
 * Looks from outside at the host's own guard. What they leave in its lists is taken out again, so that they count towards no ban:
 * where the controller comes from is kept in the state folder, for those looks that an agent did not live to clean up after.
 */
public final class OutsideLooks {
    private static final Logger LOG = Logger.getLogger(OutsideLooks.class.getName());
    private static final String FILE = "outside-from";
    private static final int REMEMBERED = 16;
    private static final Duration BEFORE_WITHIN = Duration.ofSeconds(10);
    /** A lost packet, or a list that counted somebody beside the controller, shuts nobody out for long. */
    private static final int TRIES = 3;

    /** Of the time to confirm: for what is done afterwards. */
    private static final Duration LEFT = Duration.ofSeconds(2);

    private static final Duration BETWEEN_TRIES = Duration.ofSeconds(2);

    private final OutsideEye eye;
    private final Duration confirmWithin;
    private final SshPeers peers;
    private final RecentLists lists;
    private final Path file;
    private final Clock clock;

    /** @param confirmWithin time to confirm a guard that was written; whoever shuts the controller out has it no longer */
    public OutsideLooks(
            OutsideEye eye,
            Duration confirmWithin,
            CommandRunner runner,
            HostFiles files,
            Path stateDirectory,
            Clock clock) {
        this.confirmWithin = confirmWithin;
        this.eye = eye;
        this.clock = clock;
        this.peers = new SshPeers(runner, files);
        this.lists = new RecentLists(runner, files);
        this.file = stateDirectory.resolve(FILE);
    }

    Duration confirmWithin() {
        return confirmWithin;
    }

    /** The looks of one job. @param ports that the host's guard guards, at most 15 */
    OfJob ofJob(List<Integer> ports) {
        return new OfJob(ports);
    }

    /** One look before the guard is written, and those after it. For one thread. */
    final class OfJob {
        private final List<Integer> ports;
        private Optional<Look> before = Optional.empty();
        private Optional<Judgement> judged = Optional.empty();

        private OfJob(List<Integer> ports) {
            this.ports = ports.stream().distinct().toList();
        }

        /** The first call looks; what is written after this is judged by it. */
        void before(HostSnapshot seen) {
            if (before.isEmpty()) {
                clean(seen, known());
                before = Optional.of(look(seen, BEFORE_WITHIN));
            }
        }

        /**
         * Looks again.
         *
         * @param seen the guard that was written
         * @param until a controller that cannot be reached is waited for until shortly before this
         */
        Judgement after(HostSnapshot seen, Instant until) {
            Look then = before.orElseGet(() -> Look.without(Look.Kind.NOT_REACHED, "it was not asked"));
            Judgement now = then.kind() == Look.Kind.NOT_KNOWN
                    ? Judgement.of(then, then)
                    : judge(then, seen, Duration.between(clock.instant(), until).minus(LEFT));
            LOG.log(Level.INFO, "the guard of the host: {0}", now.sentence());
            judged = Optional.of(now);
            return now;
        }

        /** What came of it; empty when nothing was written. */
        Optional<Judgement> judged() {
            return judged;
        }

        private Judgement judge(Look then, HostSnapshot seen, Duration within) {
            Judgement last = Judgement.of(then, look(seen, within));
            for (int tried = 1;
                    tried < TRIES && last.verdict() == Judgement.Verdict.SHUT_OUT && eye.pause(BETWEEN_TRIES);
                    tried++) {
                Look again = look(seen, Duration.ZERO);
                if (again.kind() == Look.Kind.NOT_REACHED) {
                    break;
                }
                last = Judgement.of(then, again);
            }
            return last;
        }

        private Look look(HostSnapshot seen, Duration within) {
            Set<BanAddress> banned = banned(seen);
            Look look = eye.ask(ports, within).endingHere(peers.ofHost(ports)::contains);
            Set<BanAddress> sources = new TreeSet<>(known());
            look.views().stream()
                    .map(view -> view.from().split(" ", 2)[0])
                    .filter(from -> !from.isEmpty())
                    .map(BanAddress::parse)
                    .forEach(sources::add);
            remember(sources);
            // Who was banned before stays so.
            sources.removeAll(banned);
            clean(seen, sources);
            return look;
        }
    }

    /** Takes addresses out of the lists that the guard itself fills. */
    private void clean(HostSnapshot seen, Set<BanAddress> addresses) {
        List<RecentLists.Entry> entries = new ArrayList<>();
        seen.guards()
                .forEach(guard -> lists(guard)
                        .forEach(of -> addresses.stream()
                                .filter(address -> address.network().family()
                                        == guard.family().number())
                                .forEach(address -> Stream.concat(Stream.of(of.counted()), of.timed().keySet().stream())
                                        .forEach(list -> entries.add(new RecentLists.Entry(list, address.first()))))));
        if (!entries.isEmpty()) {
            lists.forget(Place.HOST, entries);
        }
    }

    private Set<BanAddress> banned(HostSnapshot seen) {
        Set<BanAddress> banned = new TreeSet<>();
        List<String> timed = seen.guards().stream()
                .flatMap(OutsideLooks::lists)
                .flatMap(of -> of.timed().keySet().stream())
                .toList();
        if (!timed.isEmpty()) {
            lists.change(Place.HOST, List.of(), timed)
                    .lines()
                    .values()
                    .forEach(lines -> RecentEntry.read(lines).forEach(entry -> banned.add(entry.address())));
        }
        return banned;
    }

    private static Stream<GuardLists> lists(GuardSeen guard) {
        return guard.rules().flatMap(GuardLists::of).stream();
    }

    private Set<BanAddress> known() {
        Set<BanAddress> known = new TreeSet<>();
        try {
            Files.readAllLines(file).forEach(line -> known.add(BanAddress.parse(line)));
        } catch (NoSuchFileException e) {
            return known;
        } catch (IOException | IllegalArgumentException e) {
            LOG.log(Level.WARNING, "cannot read " + file, e);
        }
        return known;
    }

    private void remember(Set<BanAddress> sources) {
        if (sources.equals(known())) {
            return;
        }
        String text =
                sources.stream().limit(REMEMBERED).map(source -> source + "\n").reduce("", String::concat);
        try {
            DurableFile.replace(file, text.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot write " + file, e);
        }
    }
}
