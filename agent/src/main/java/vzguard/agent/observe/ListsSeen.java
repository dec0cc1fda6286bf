package vzguard.agent.observe;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.GuardLists;
import vzguard.agent.guard.KernelTicks;
import vzguard.agent.guard.RecentEntry;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.TimedBan;
import vzguard.agent.tools.KernelClock;
import vzguard.agent.tools.RecentLists;

/**
 * The lists of the match recent in one place: how many addresses each holds, and who stands in those that hold bans.
 *
 * @param counts addresses in each list
 * @param entries of the lists that may hold bans; empty: not known
 * @param ticks empty: what the stamps mean is not known
 * @param at when the ticks were read
 */
record ListsSeen(
        Map<String, Integer> counts,
        Optional<Map<String, List<RecentEntry>>> entries,
        Optional<KernelTicks> ticks,
        Instant at) {
    private static final Pattern LIST_NAME = Pattern.compile("--name (\\S+)");
    private static final Pattern COUNT = Pattern.compile("(\\S+) (\\d{1,6})");
    private static final String LIST = "list ";

    /**
     * What the script printed in a VE.
     *
     * @param counted lines "NAME ADDRESSES"
     * @param banned "list NAME" before the lines of each list; empty where the VE did not answer in full: half of a list would
     *     read as bans that ended
     */
    static ListsSeen inside(List<String> counted, Optional<List<String>> banned, HostFiles files, Instant at) {
        Map<String, Integer> counts = new TreeMap<>();
        counted.stream()
                .map(COUNT::matcher)
                .filter(Matcher::matches)
                .forEach(line -> counts.put(line.group(1), Integer.valueOf(line.group(2))));
        if (banned.isEmpty()) {
            return new ListsSeen(counts, Optional.empty(), Optional.empty(), at);
        }
        Map<String, List<String>> lines = new TreeMap<>();
        List<String> current = new ArrayList<>();
        for (String line : banned.get()) {
            if (line.startsWith(LIST)) {
                current = lines.computeIfAbsent(line.substring(LIST.length()), list -> new ArrayList<>());
            } else {
                current.add(line);
            }
        }
        return of(counts, lines, files, at);
    }

    static ListsSeen onHost(HostFiles files, Instant at) {
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, List<String>> lines = new TreeMap<>();
        String folder = RecentLists.folder(files, "/proc");
        for (String name : files.list(folder)) {
            List<String> held = files.read(folder + "/" + name).stream()
                    .flatMap(String::lines)
                    .filter(line -> !line.isBlank())
                    .toList();
            counts.put(name, held.size());
            lines.put(name, held);
        }
        return of(counts, lines, files, at);
    }

    private static ListsSeen of(
            Map<String, Integer> counts, Map<String, List<String>> lines, HostFiles files, Instant at) {
        boolean any = lines.values().stream().anyMatch(held -> !held.isEmpty());
        Map<String, List<RecentEntry>> entries = new TreeMap<>();
        lines.forEach((list, held) -> entries.put(list, RecentEntry.read(held)));
        return new ListsSeen(counts, Optional.of(entries), any ? KernelClock.now(files) : Optional.empty(), at);
    }

    /** Addresses in the lists that the own chain names. */
    int listed(OwnRules own) {
        Set<String> names = own.chain().stream()
                .flatMap(rule -> LIST_NAME.matcher(rule).results().map(name -> name.group(1)))
                .collect(Collectors.toSet());
        return counts.entrySet().stream()
                .filter(list -> names.contains(list.getKey()))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** Bans that the guard itself made and that are not over; empty: not known. */
    Optional<List<TimedBan>> timed(OwnRules own) {
        return entries.map(seen -> GuardLists.of(own).stream()
                        .flatMap(lists -> Stream.concat(lists.timed().keySet().stream(), counting(lists))
                                .flatMap(list -> lists.bansIn(list, seen, ticks).stream()))
                        .toList())
                .filter(bans -> ticks.isPresent() || bans.isEmpty())
                .map(bans -> bans.stream()
                        .flatMap(ban -> ban.remaining().stream()
                                .map(left -> new TimedBan(ban.list(), ban.address(), at.plus(left))))
                        .toList());
    }

    private static Stream<String> counting(GuardLists lists) {
        return lists.published() ? Stream.of(lists.counted()) : Stream.empty();
    }
}
