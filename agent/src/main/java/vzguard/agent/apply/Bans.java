package vzguard.agent.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.GuardLists;
import vzguard.agent.guard.KernelTicks;
import vzguard.agent.guard.RecentEntry;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Kept;
import vzguard.agent.model.Outcome;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.model.Step;
import vzguard.agent.observe.Observer;
import vzguard.agent.tools.KernelClock;
import vzguard.agent.tools.RecentLists;
import vzguard.agent.tools.RecentLists.Entry;
import vzguard.values.BanAddress;

/**
 * Bans of one place's guard. What an operator bans stands in the kernel's list at once and in the own file for the next
 * start. A list holds only so many addresses, and the kernel would forget the oldest: beyond that bans are refused. Thread
 * safe; works on a place while no job does.
 */
public final class Bans {
    private final Observer observer;
    private final RecentLists lists;
    private final HostFiles files;
    private final HostGate gate;
    private final PersistStepRunner persistSteps;
    private final TimedBans timedBans;

    Bans(CommandRunner runner, HostFiles files, Observer observer, HostGate gate, TimedBans timedBans) {
        this.timedBans = timedBans;
        this.observer = observer;
        this.lists = new RecentLists(runner, files);
        this.files = files;
        this.gate = gate;
        this.persistSteps = new PersistStepRunner(runner, files);
    }

    /**
     * How full a list is.
     *
     * @param capacity addresses that it can hold
     */
    public record Filling(String list, int used, int capacity) {}

    /**
     * What was done, and what is blocked now.
     *
     * @param cause why nothing was done; for FAILED and REFUSED
     */
    public record Report(
            Outcome outcome, String summary, Optional<Cause> cause, List<GuardLists.Ban> bans, List<Filling> fillings) {
        /** What was done at two sites of a place: as bad as the worse. */
        private Report and(Report other) {
            boolean worse = other.cause.isPresent() && cause.isEmpty();
            boolean done = other.outcome == Outcome.DONE && outcome == Outcome.NO_OP;
            return new Report(
                    worse || done ? other.outcome : outcome,
                    summary.equals(other.summary) ? summary : summary + "; " + other.summary,
                    cause.or(other::cause),
                    Stream.concat(bans.stream(), other.bans.stream()).toList(),
                    Stream.concat(fillings.stream(), other.fillings.stream()).toList());
        }
    }

    /** What operators ask for. */
    public enum Action {
        LIST,
        ADD,
        REMOVE
    }

    public Report run(Place place, Action action, List<BanAddress> addresses) {
        return gate.at(place, () -> {
            HostSnapshot host = observer.observe(place);
            Optional<Report> missing = missing(place, host);
            return missing.orElseGet(() -> place.sites().stream()
                    .filter(site -> host.at(site).stream().anyMatch(GuardSeen::present))
                    .map(site -> onGuards(site, host.at(site), action, addresses))
                    .reduce(Report::and)
                    .orElseThrow());
        });
    }

    private static Optional<Report> missing(Place place, HostSnapshot host) {
        if (place.ctid().isPresent() && host.ve(place.ctid().get()).isEmpty()) {
            return Optional.of(
                    refused(CauseCode.VE_MISSING, "there is no " + place.describe() + " on " + host.name(), ""));
        }
        boolean any = host.guards(place).stream().anyMatch(GuardSeen::present);
        return any
                ? Optional.empty()
                : Optional.of(refused(
                        CauseCode.GUARD_ABSENT,
                        place.describe() + " has no guard of vzguard that runs, so nothing would act on a ban",
                        "apply a policy that selects it"));
    }

    private static Report refused(CauseCode code, String summary, String cure) {
        return new Report(Outcome.REFUSED, summary, Optional.of(Cause.of(code, summary, cure)), List.of(), List.of());
    }

    private Report onGuards(Place place, List<GuardSeen> guards, Action action, List<BanAddress> addresses) {
        Map<Family, GuardLists> known = new TreeMap<>();
        guards.forEach(
                guard -> guard.rules().flatMap(GuardLists::of).ifPresent(found -> known.put(guard.family(), found)));
        Optional<Report> unguarded = addresses.stream()
                .filter(address -> !known.containsKey(family(address)))
                .findFirst()
                .map(address -> refused(
                        CauseCode.GUARD_ABSENT,
                        place.describe() + " has no guard for IPv"
                                + address.network().family() + ", so a ban of " + address + " would not act",
                        "apply a policy that guards it"));
        if (unguarded.isPresent()) {
            return unguarded.get();
        }
        Situation before = look(place, known, List.of());
        return switch (action) {
            case LIST -> before.report(Outcome.DONE, before.bans().size() + " banned at " + place.describe());
            case ADD -> add(place, guards, known, before, addresses);
            case REMOVE -> remove(place, guards, known, before, addresses);
        };
    }

    private Report add(
            Place place,
            List<GuardSeen> guards,
            Map<Family, GuardLists> known,
            Situation before,
            List<BanAddress> addresses) {
        for (BanAddress address : addresses) {
            GuardLists of = lists(known, address);
            Optional<vzguard.values.Cidr> exempting = of.exempting(address);
            if (exempting.isPresent()) {
                return refused(
                        CauseCode.BAN_WOULD_NOT_ACT,
                        address + " is exempt at " + place.describe() + " (" + exempting.get()
                                + "): a ban would not act",
                        "take it out of sshGuard.allow, or of the host's failsafe list");
            }
        }
        List<BanAddress> missing = addresses.stream()
                .filter(address -> !before.denied(lists(known, address)).contains(address))
                .toList();
        for (GuardLists of : known.values()) {
            long more = missing.stream()
                    .filter(address -> lists(known, address).equals(of))
                    .count();
            int used = before.denied(of).size();
            if (used + more > before.capacity()) {
                return refused(
                        CauseCode.LIST_FULL,
                        "list " + of.deny() + " of " + place.describe() + " holds " + used + " of " + before.capacity()
                                + " addresses: for " + more + " more the kernel would forget the oldest",
                        "remove bans that are no longer needed");
            }
        }
        List<Entry> writes = missing.stream()
                .map(address -> new Entry(lists(known, address).deny(), "+" + address.first()))
                .toList();
        Situation after = writes.isEmpty() ? before : look(place, known, writes);
        List<BanAddress> failed = missing.stream()
                .filter(address -> !after.denied(lists(known, address)).contains(address))
                .toList();
        if (!failed.isEmpty()) {
            return after.failed("the kernel did not take " + names(failed) + " into its list");
        }
        return kept(place, guards, known, after)
                .map(after::failed)
                .orElseGet(() -> missing.isEmpty()
                        ? after.report(Outcome.NO_OP, names(addresses) + ": banned already")
                        : after.report(Outcome.DONE, "banned " + names(missing) + " at " + place.describe()));
    }

    private Report remove(
            Place place,
            List<GuardSeen> guards,
            Map<Family, GuardLists> known,
            Situation before,
            List<BanAddress> addresses) {
        List<Entry> writes = new ArrayList<>();
        List<BanAddress> unknown = new ArrayList<>();
        for (BanAddress address : addresses) {
            List<String> in = lists(known, address).names().stream()
                    .filter(list -> before.listed(list).contains(address))
                    .toList();
            in.forEach(list -> writes.add(new Entry(list, "-" + address.first())));
            if (in.isEmpty()) {
                unknown.add(address);
            }
        }
        timedBans.forget(place, addresses);
        Situation after = writes.isEmpty() ? before : look(place, known, writes);
        List<BanAddress> left = addresses.stream()
                .filter(address -> lists(known, address).names().stream()
                        .anyMatch(list -> after.listed(list).contains(address)))
                .toList();
        if (!left.isEmpty()) {
            return after.failed("the kernel did not take " + names(left) + " out of its lists");
        }
        List<BanAddress> removed =
                addresses.stream().filter(address -> !unknown.contains(address)).toList();
        String none = unknown.isEmpty() ? "" : names(unknown) + ": not in any list of this guard";
        return kept(place, guards, known, after)
                .map(after::failed)
                .orElseGet(() -> removed.isEmpty()
                        ? after.report(Outcome.NO_OP, none)
                        : after.report(
                                Outcome.DONE,
                                "let in again " + names(removed) + " at " + place.describe()
                                        + (none.isEmpty() ? "" : "; " + none)));
    }

    /** Brings the own files in line with the lists; gives what went wrong. */
    private Optional<String> kept(Place place, List<GuardSeen> guards, Map<Family, GuardLists> known, Situation now) {
        Map<Family, OwnRules> rules = new TreeMap<>();
        Map<Family, Kept> kept = new TreeMap<>();
        boolean same = true;
        for (GuardSeen guard : guards) {
            GuardLists of = known.get(guard.family());
            Optional<OwnRules> stored = guard.stored().rules();
            if (stored.isEmpty()) {
                continue;
            }
            rules.put(guard.family(), stored.get());
            Kept wanted =
                    of == null ? guard.stored().kept() : guard.stored().kept().withBans(List.copyOf(now.denied(of)));
            kept.put(guard.family(), wanted);
            same &= wanted.equals(guard.stored().kept());
        }
        if (same) {
            return Optional.empty();
        }
        StepResult result = persistSteps.persist(
                new Step.PersistGuard(
                        place, rules, kept, guards.get(0).stored().boot().layout(), "a ban"),
                new Undo());
        return result instanceof StepResult.Failed failed
                ? Optional.of("the lists are as asked, but would not be after a restart: "
                        + failed.cause().summary())
                : Optional.empty();
    }

    private static Family family(BanAddress address) {
        return address.network().family() == 4 ? Family.V4 : Family.V6;
    }

    private static GuardLists lists(Map<Family, GuardLists> known, BanAddress address) {
        return java.util.Objects.requireNonNull(known.get(family(address)));
    }

    private static String names(List<BanAddress> addresses) {
        return addresses.stream().map(BanAddress::toString).collect(Collectors.joining(", "));
    }

    /** What stands in the lists at one moment. */
    private record Situation(
            Map<Family, GuardLists> known,
            Map<String, List<RecentEntry>> entries,
            List<GuardLists.Ban> bans,
            int capacity,
            CommandResult looked) {

        List<BanAddress> listed(String list) {
            return entries.getOrDefault(list, List.of()).stream()
                    .map(RecentEntry::address)
                    .toList();
        }

        List<BanAddress> denied(GuardLists of) {
            return listed(of.deny());
        }

        Report report(Outcome outcome, String summary) {
            return looked.succeeded() && !looked.truncated()
                    ? new Report(outcome, summary, Optional.empty(), bans(), fillings())
                    : failed("the lists could not be read: " + looked.explain());
        }

        Report failed(String what) {
            Cause cause = Cause.of(CauseCode.PROGRAM_FAILED, what, "vzguard diagnose");
            return new Report(Outcome.FAILED, what, Optional.of(cause), bans(), fillings());
        }

        private List<Filling> fillings() {
            return known.values().stream()
                    .flatMap(of -> of.names().stream().filter(of::holdsBans))
                    .map(list -> new Filling(list, listed(list).size(), capacity))
                    .toList();
        }
    }

    private Situation look(Place place, Map<Family, GuardLists> known, List<Entry> writes) {
        List<String> show =
                known.values().stream().flatMap(of -> of.names().stream()).toList();
        RecentLists.Shown shown = lists.change(place, writes, show);
        Map<String, List<RecentEntry>> entries = new TreeMap<>();
        shown.lines().forEach((list, lines) -> entries.put(list, RecentEntry.read(lines)));
        Optional<KernelTicks> ticks = KernelClock.now(files);
        List<GuardLists.Ban> bans = new ArrayList<>();
        known.forEach((family, of) -> bans.addAll(timedBans.corrected(place, family, of, of.bans(entries, ticks))));
        return new Situation(known, entries, bans, TimedBans.capacity(files), shown.result());
    }
}
