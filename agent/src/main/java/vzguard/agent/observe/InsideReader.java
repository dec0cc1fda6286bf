package vzguard.agent.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.Backends;
import vzguard.agent.guard.Chains;
import vzguard.agent.guard.SavedFilter;
import vzguard.agent.guard.ScratchChain;
import vzguard.agent.guard.StoredGuard;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Permission;
import vzguard.agent.model.Place;
import vzguard.agent.model.VeSnapshot.Inside;
import vzguard.agent.tools.Iptables;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.Ctid;

/** Makes facts of what the script printed in a VE. Pure. */
final class InsideReader {
    private static final Pattern SOCKET = Pattern.compile("\\s*\\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) .*");
    /** USER_HZ: what /proc/PID/stat counts in, 100 on every Linux that OpenVZ ran on. */
    private static final int TICKS_PER_SECOND = 100;

    private static final int START_FIELD_AFTER_NAME = 19;

    private InsideReader() {}

    /**
     * How long ago init started.
     *
     * @param ticks init's start as the VE's kernel counts it: the same as long as the VE is not restarted
     */
    record Age(Duration age, long ticks) {}

    /** @param lists what {@link #lists} made of the same output */
    static Inside inside(Ctid ctid, ObserveScript.Output output, ListsSeen lists) {
        List<GuardSeen> guards = Stream.of(Family.values())
                .map(family -> guard(ctid, family, output, lists))
                .toList();
        return new Inside(
                output.textOf("matches").stream()
                        .flatMap(String::lines)
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .distinct()
                        .sorted()
                        .toList(),
                permissions(ctid, output),
                guards,
                listening(output.section("listen")
                        .map(ObserveScript.Section::lines)
                        .orElse(List.of())),
                output.exitOf("inet6").orElse(0) == 0,
                output.textOf("version").map(text -> firstOf(text)).orElse(""),
                output.exitOf("conntrack").orElse(0) == 0);
    }

    static ListsSeen lists(ObserveScript.Output output, HostFiles files, Instant at) {
        return ListsSeen.inside(
                output.section("lists").map(ObserveScript.Section::lines).orElse(List.of()),
                output.section("banned").filter(section -> output.complete()).map(ObserveScript.Section::lines),
                files,
                at);
    }

    private static List<Permission> permissions(Ctid ctid, ObserveScript.Output output) {
        List<Permission> permissions = new ArrayList<>();
        if (output.section("scratch").filter(InsideReader::wasLockedOut).isPresent()) {
            return permissions;
        }
        new java.util.TreeMap<>(ObserveScript.TRIED)
                .forEach((match, words) -> output.section("try-" + match)
                        .filter(section -> !wasLockedOut(section))
                        .ifPresent(section -> permissions.add(new Permission(
                                match,
                                section.exit() == 0,
                                Evidence.ofProgram(
                                        "in VE " + ctid + ": " + words,
                                        section.exit(),
                                        // Evidence is part of what is compared: it must not differ from sweep to sweep.
                                        ScratchChain.shown(section.text()))))));
        return permissions;
    }

    /** Another program worked on the rules, and this iptables does not wait for it: that says nothing of the VE. */
    private static boolean wasLockedOut(ObserveScript.Section section) {
        return section.exit() != 0 && Iptables.saysLocked(section.text());
    }

    private static GuardSeen guard(Ctid ctid, Family family, ObserveScript.Output output, ListsSeen lists) {
        Place ve = Place.of(ctid);
        GuardSeen.Stored stored = StoredGuard.read(
                ve,
                output.textOf("rules" + family.number()),
                BootReader.inside(
                        output.section("boot").map(ObserveScript.Section::lines).orElse(List.of())));
        Optional<ObserveScript.Section> saved = output.section("save" + family.number());
        List<String> elsewhere = output.textOf("other" + family.number())
                .map(text -> Backends.elsewhere(ve, family, text))
                .orElse(List.of());
        if (saved.isEmpty() || saved.get().exit() != 0) {
            String words = saved.map(
                            section -> family.program() + "-save: exit " + section.exit() + ": " + firstLine(section))
                    .orElse(family.program() + "-save was not reached");
            return unreadable(Placement.VE, family, words, stored).withElsewhere(elsewhere);
        }
        return guard(ve, family, SavedFilter.parse(saved.get().text()), stored, lists)
                .withElsewhere(elsewhere);
    }

    /** The guard in a table that could be read. */
    static GuardSeen guard(Place site, Family family, SavedFilter filter, GuardSeen.Stored stored, ListsSeen lists) {
        Optional<String> distortion = filter.distortion();
        if (distortion.isPresent()) {
            return unreadable(site.placement(), family, distortion.get(), stored);
        }
        OwnRules own = filter.own(Chains.of(site));
        List<String> counting = site.edge() ? List.of() : filter.counting();
        return new GuardSeen(
                site.placement(),
                family,
                Optional.of(own),
                "",
                stored,
                lists.listed(own),
                lists.timed(own),
                Evidence.clean(filter.before(Chains.of(site))),
                counting,
                List.of());
    }

    static GuardSeen unreadable(Placement placement, Family family, String problem, GuardSeen.Stored stored) {
        return new GuardSeen(
                placement, family, Optional.empty(), problem, stored, 0, Optional.empty(), "", List.of(), List.of());
    }

    private static String firstOf(String text) {
        return text.lines().findFirst().orElse("").strip();
    }

    private static String firstLine(ObserveScript.Section section) {
        return section.lines().stream()
                .filter(line -> !line.isBlank())
                .findFirst()
                .orElse("no words");
    }

    /** Ports of /proc/net/tcp and tcp6 lines in state LISTEN, but those bound to loopback. */
    static SortedSet<Integer> listening(List<String> lines) {
        SortedSet<Integer> ports = new TreeSet<>();
        for (String line : lines) {
            Matcher socket = SOCKET.matcher(line);
            if (socket.matches() && !isLoopback(socket.group(1))) {
                ports.add(Integer.parseInt(socket.group(2), 16));
            }
        }
        return ports;
    }

    /** Addresses stand there as words of the machine's byte order; 127.0.0.1 ends in 7F on little-endian ones. */
    private static boolean isLoopback(String address) {
        return address.length() == 8
                ? address.endsWith("7F")
                : Map.of("00000000000000000000000001000000", true).containsKey(address)
                        || (address.startsWith("0000000000000000FFFF0000") && address.endsWith("7F"));
    }

    /** Empty when the VE's /proc does not say. */
    static Optional<Age> age(ObserveScript.Output output) {
        OptionalLong ticks = output.textOf("init").map(InsideReader::startTicks).orElse(OptionalLong.empty());
        Optional<Double> uptime = output.textOf("uptime").flatMap(InsideReader::seconds);
        if (ticks.isEmpty() || uptime.isEmpty()) {
            return Optional.empty();
        }
        double age = uptime.get() - (double) ticks.getAsLong() / TICKS_PER_SECOND;
        return Optional.of(new Age(Duration.ofMillis(Math.max(0, Math.round(age * 1000))), ticks.getAsLong()));
    }

    private static OptionalLong startTicks(String stat) {
        // The name, in parentheses, may hold anything: fields are counted from its end.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        boolean there = fields.length > START_FIELD_AFTER_NAME && fields[START_FIELD_AFTER_NAME].matches("\\d{1,18}");
        return there ? OptionalLong.of(Long.parseLong(fields[START_FIELD_AFTER_NAME])) : OptionalLong.empty();
    }

    private static Optional<Double> seconds(String uptime) {
        String first = uptime.strip().split(" ")[0];
        return first.matches("\\d{1,10}(\\.\\d{1,3})?") ? Optional.of(Double.parseDouble(first)) : Optional.empty();
    }
}
