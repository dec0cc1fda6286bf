package vzguard.agent.apply;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import vzguard.agent.enrol.DurableFile;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.BanLedger;
import vzguard.agent.guard.GuardLists;
import vzguard.agent.guard.RecentEntry;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.model.TimedBan;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.tools.KernelClock;
import vzguard.agent.tools.RecentLists;
import vzguard.agent.tools.RecentLists.Entry;
import vzguard.values.BanAddress;

/**
 * Bans that guards made by themselves, in {@code bans/} of the state directory, one file for each guard and family: what a flush,
 * a restart or a reboot makes the kernel forget is put back for the time that remains. Losing a file costs no more than those.
 * Safe for use by many threads.
 */
public final class TimedBans {
    private static final Logger LOG = Logger.getLogger(TimedBans.class.getName());
    private static final List<String> CAPACITY =
            List.of("/sys/module/xt_recent/parameters/ip_list_tot", "/sys/module/ipt_recent/parameters/ip_list_tot");
    /** The kernel's own where it does not say (2.6.18 to 6.18). */
    private static final int DEFAULT_CAPACITY = 100;

    private final RecentLists lists;
    private final HostFiles files;
    private final Clock clock;
    private final Path folder;

    public TimedBans(CommandRunner runner, HostFiles files, Path stateDirectory, Clock clock) {
        this.lists = new RecentLists(runner, files);
        this.files = files;
        this.clock = clock;
        this.folder = stateDirectory.resolve("bans");
    }

    /** How many addresses a list can hold. */
    static int capacity(HostFiles files) {
        return CAPACITY.stream()
                .flatMap(path -> files.read(path).stream())
                .map(String::strip)
                .filter(text -> text.matches("[1-9]\\d{0,6}"))
                .map(Integer::valueOf)
                .findFirst()
                .orElse(DEFAULT_CAPACITY);
    }

    /** Learns from a sweep of all; puts back what was lost since the last one, and lets go whose time is over. */
    public void look(HostSnapshot seen) {
        look(seen, Place.HOST, seen.bootId());
        for (VeSnapshot ve : seen.ves().values()) {
            String start = seen.bootId()
                    + ve.startedAt().map(at -> "/" + at.toEpochMilli()).orElse("");
            look(seen, Place.of(ve.ctid()), start);
            look(seen, Place.edge(ve.ctid()), seen.bootId());
        }
        if (seen.veListReadable()) {
            forgetGone(seen);
        }
    }

    private void look(HostSnapshot seen, Place site, String life) {
        for (GuardSeen guard : seen.at(site)) {
            Optional<GuardLists> of = guard.rules().flatMap(GuardLists::of);
            if (of.isEmpty() || guard.timed().isEmpty()) {
                continue;
            }
            List<TimedBan> timed = guard.timed().get();
            if (!timed.isEmpty() || Files.exists(file(site, guard.family()))) {
                BanLedger.Look look =
                        new BanLedger.Look(life, of.get().lengths(), timed, seen.observedAt(), capacity(files));
                next(site, guard.family(), of.get(), look, Set.of());
            }
        }
    }

    /** Call after a guard was written: lists that none of the previous rules named began empty. */
    void written(Place site, Family family, OwnRules previous, OwnRules rules) {
        Optional<GuardLists> of = GuardLists.of(rules);
        BanLedger known = read(site, family);
        if (of.isEmpty() || known.entries().isEmpty()) {
            return;
        }
        GuardLists now = of.get();
        Set<String> lost = new TreeSet<>(now.lengths().keySet());
        GuardLists.of(previous).ifPresent(before -> before.names().forEach(lost::remove));
        if (lost.isEmpty()) {
            return;
        }
        // Something else may have kept them, so that they are not empty.
        Map<String, List<RecentEntry>> entries = new TreeMap<>();
        lists.change(site, List.of(), List.copyOf(now.lengths().keySet()))
                .lines()
                .forEach((list, lines) -> entries.put(list, RecentEntry.read(lines)));
        Instant at = clock.instant();
        List<TimedBan> bans = now.lengths().keySet().stream()
                .flatMap(list -> now.bansIn(list, entries, KernelClock.now(files)).stream())
                .flatMap(ban ->
                        ban.remaining().stream().map(left -> new TimedBan(ban.list(), ban.address(), at.plus(left))))
                .toList();
        next(site, family, now, new BanLedger.Look(known.life(), now.lengths(), bans, at, capacity(files)), lost);
    }

    private void next(Place site, Family family, GuardLists of, BanLedger.Look look, Set<String> lost) {
        List<BanLedger.Change> changes = learn(site, family, look, lost);
        if (changes.isEmpty()) {
            return;
        }
        List<Entry> writes = new ArrayList<>();
        for (BanLedger.Change change : changes) {
            BanLedger.Entry entry = change.entry();
            Entry write = new Entry(
                    entry.list(), (change.add() ? "+" : "-") + entry.address().first());
            writes.addAll(Collections.nCopies(change.add() ? of.writes(entry.list()) : 1, write));
        }
        lists.change(site, writes, List.of());
        LOG.log(Level.INFO, "{0}: bans of the guard put back, or ended: {1}", new Object[] {
            site.describe(), changes.size()
        });
    }

    /** On the disk before it is in the kernel: what is put back must be known to be. */
    private synchronized List<BanLedger.Change> learn(
            Place site, Family family, BanLedger.Look look, Set<String> lost) {
        BanLedger known = read(site, family);
        BanLedger.Next next = known.next(look, lost);
        if (!next.ledger().equals(known)) {
            write(site, family, next.ledger());
        }
        return next.changes();
    }

    /** With the time that really remains to those that were put back: to the kernel they began anew. */
    List<GuardLists.Ban> corrected(Place site, Family family, GuardLists of, List<GuardLists.Ban> bans) {
        BanLedger known = read(site, family);
        Instant now = clock.instant();
        return bans.stream()
                .map(ban -> ban.remaining()
                        .filter(left -> !ban.byOperator())
                        .map(left -> new TimedBan(ban.list(), ban.address(), now.plus(left)))
                        .map(seen -> known.seen(seen, of.lengths()))
                        .map(entry -> Duration.between(now, entry.until()))
                        .map(left -> new GuardLists.Ban(
                                ban.address(),
                                false,
                                ban.list(),
                                Optional.of(left.isNegative() ? Duration.ZERO : left)))
                        .orElse(ban))
                .toList();
    }

    /** Operators let these in. */
    synchronized void forget(Place site, Collection<BanAddress> addresses) {
        for (Family family : Family.values()) {
            BanLedger known = read(site, family);
            BanLedger left = known.without(Set.copyOf(addresses));
            if (!left.equals(known)) {
                write(site, family, left);
            }
        }
    }

    /** The guard was taken away. */
    synchronized void forget(Place site, Family family) {
        delete(file(site, family));
    }

    private synchronized void forgetGone(HostSnapshot seen) {
        Set<String> there = new TreeSet<>();
        Stream.concat(
                        Stream.of(Place.HOST),
                        seen.ves().keySet().stream().flatMap(ctid -> Place.of(ctid).sites().stream()))
                .forEach(site -> Stream.of(Family.values())
                        .forEach(family ->
                                there.add(String.valueOf(file(site, family).getFileName()))));
        try (Stream<Path> found = Files.list(folder)) {
            found.filter(file -> !there.contains(String.valueOf(file.getFileName())))
                    .toList()
                    .forEach(TimedBans::delete);
        } catch (NoSuchFileException e) {
            LOG.log(Level.FINEST, "nobody was ever banned");
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot read " + folder, e);
        }
    }

    private BanLedger read(Place site, Family family) {
        Path file = file(site, family);
        try {
            return BanLedger.parse(Files.readString(file, StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException e) {
            return BanLedger.EMPTY;
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot read " + file, e);
            return BanLedger.EMPTY;
        }
    }

    private void write(Place site, Family family, BanLedger ledger) {
        Path file = file(site, family);
        if (ledger.entries().isEmpty()) {
            delete(file);
            return;
        }
        try {
            DurableFile.replace(file, ledger.text().getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot write " + file, e);
        }
    }

    private static void delete(Path file) {
        try {
            DurableFile.delete(file);
        } catch (NoSuchFileException e) {
            LOG.log(Level.FINEST, "no such file", e);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "cannot delete " + file, e);
        }
    }

    private Path file(Place site, Family family) {
        return folder.resolve(
                site.ctid().map(ctid -> (site.edge() ? "edge-" : "ve-") + ctid).orElse("host") + ".v"
                        + family.number());
    }
}
