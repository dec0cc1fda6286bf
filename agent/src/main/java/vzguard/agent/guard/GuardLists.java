package vzguard.agent.guard;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vzguard.agent.model.OwnRules;
import vzguard.values.BanAddress;
import vzguard.values.Cidr;

/**
 * The lists of one guard in one family, as its rules in force name them, and what stands in them means.
 *
 * @param counted every new connection
 * @param deny what an operator banned; until removed
 * @param timed lists of bans that end by themselves, with their length; the longest first
 * @param measure which connection is one too many
 * @param published the published rule: each retry prolongs the block, which stands in the list that counts
 * @param exempt blocks that the guard lets pass whatever the lists say
 */
public record GuardLists(
        String counted,
        String deny,
        Map<String, Duration> timed,
        Measure measure,
        boolean published,
        List<Cidr> exempt) {
    private static final String NAME = "--name ([A-Za-z0-9_.-]{1,60})";
    private static final Pattern COUNTED = Pattern.compile("-m recent --set " + NAME + "( --mask \\S+)?");
    private static final Pattern DENY =
            Pattern.compile("(?:-p tcp )?-m recent --rcheck " + NAME + "( --mask \\S+)? -j .*");
    private static final Pattern TIMED =
            Pattern.compile("(?:-p tcp )?-m recent --rcheck --seconds (\\d{1,7}) " + NAME + "( --mask \\S+)? -j .*");
    private static final Pattern MEASURE =
            Pattern.compile("(?:-p tcp )?-m recent --(update|rcheck) --seconds (\\d{1,7})" + " --hitcount (\\d{1,3}) "
                    + NAME + "( --mask \\S+)? -j .*");
    private static final Pattern EXEMPT = Pattern.compile("-s (\\S+) -j RETURN");

    public GuardLists {
        timed = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(timed));
        exempt = List.copyOf(exempt);
    }

    /** The published rules by themselves, which have no list but the one in which they count. */
    public static final GuardLists PUBLISHED =
            new GuardLists("SSH", "", Map.of(), new Measure(Duration.ofSeconds(60), 3), true, List.of());

    /** So many connections within so long are one too many. */
    public record Measure(Duration window, int hits) {}

    /**
     * What is blocked now.
     *
     * @param byOperator else by the guard's own rules
     * @param remaining until it ends by itself; empty: never, or the kernel's clock is not known
     */
    public record Ban(BanAddress address, boolean byOperator, String list, Optional<Duration> remaining) {}

    /** Empty when these are not the rules of a whole guard. */
    public static Optional<GuardLists> of(OwnRules rules) {
        Optional<String> counted = first(rules, COUNTED, 1);
        Optional<String> deny = first(rules, DENY, 1);
        Optional<Matcher> measure = matches(rules, MEASURE).findFirst();
        if (counted.isEmpty() || deny.isEmpty() || measure.isEmpty()) {
            return Optional.empty();
        }
        Map<String, Duration> timed = new java.util.LinkedHashMap<>();
        matches(rules, TIMED)
                .forEach(rule -> timed.put(rule.group(2), Duration.ofSeconds(Long.parseLong(rule.group(1)))));
        List<Cidr> exempt =
                matches(rules, EXEMPT).flatMap(rule -> cidr(rule.group(1))).toList();
        return Optional.of(new GuardLists(
                counted.get(),
                deny.get(),
                timed,
                new Measure(
                        Duration.ofSeconds(Long.parseLong(measure.get().group(2))),
                        Integer.parseInt(measure.get().group(3))),
                measure.get().group(1).equals("update"),
                exempt));
    }

    /** The rules may be a VE's own work. */
    private static Stream<Cidr> cidr(String text) {
        try {
            return Stream.of(Cidr.parse(text));
        } catch (IllegalArgumentException e) {
            return Stream.empty();
        }
    }

    private static Stream<Matcher> matches(OwnRules rules, Pattern pattern) {
        return rules.chain().stream().map(pattern::matcher).filter(Matcher::matches);
    }

    private static Optional<String> first(OwnRules rules, Pattern pattern, int group) {
        return matches(rules, pattern).map(rule -> rule.group(group)).findFirst();
    }

    /** Every list that may hold a ban. */
    public List<String> names() {
        List<String> names = new ArrayList<>(deny.isEmpty() ? List.of() : List.of(deny));
        names.addAll(timed.keySet());
        names.add(counted);
        return List.copyOf(names);
    }

    /** Whether a list blocks whom it holds; one that only counts does not. */
    public boolean holdsBans(String list) {
        return list.equals(deny) || timed.containsKey(list) || (published && list.equals(counted));
    }

    /** Whether the guard lets an address pass before it looks at any list. */
    public Optional<Cidr> exempting(BanAddress address) {
        return exempt.stream()
                .filter(block -> block.contains(address.network()))
                .findFirst();
    }

    /**
     * Who is blocked, each once, by the list that blocks longest.
     *
     * @param entries of each list
     * @param ticks empty: which timed bans have ended is not known, so all are told, without an end
     */
    public List<Ban> bans(Map<String, List<RecentEntry>> entries, Optional<KernelTicks> ticks) {
        Map<BanAddress, Ban> bans = new java.util.TreeMap<>();
        entries.getOrDefault(deny, List.of())
                .forEach(entry ->
                        bans.putIfAbsent(entry.address(), new Ban(entry.address(), true, deny, Optional.empty())));
        timed.keySet().forEach(list -> bansIn(list, entries, ticks).forEach(ban -> keepLongest(bans, ban)));
        if (published) {
            bansIn(counted, entries, ticks).forEach(ban -> keepLongest(bans, ban));
        }
        return List.copyOf(bans.values());
    }

    /** Who is blocked by one of the lists of bans that end by themselves. */
    public List<Ban> bansIn(String list, Map<String, List<RecentEntry>> entries, Optional<KernelTicks> ticks) {
        Stream<RecentEntry> held = entries.getOrDefault(list, List.of()).stream();
        Duration length = timed.get(list);
        return length != null
                ? held.flatMap(entry -> timedBan(list, length, entry, 0, ticks).stream())
                        .toList()
                : held
                        // One that was dropped has left a stamp more than those that were let in.
                        .filter(entry -> entry.stamps().size() >= measure.hits())
                        .filter(entry ->
                                ticks.isEmpty() || within(entry, measure.window(), ticks.get()) >= measure.hits())
                        .flatMap(entry -> timedBan(list, measure.window(), entry, measure.hits() - 2, ticks).stream())
                        .toList();
    }

    /** How long the bans in each list last that ends them by itself. */
    public Map<String, Duration> lengths() {
        return published ? Map.of(counted, measure.window()) : timed;
    }

    /** How often an address must be written into a list to be banned by it. */
    public int writes(String list) {
        return timed.containsKey(list) || list.equals(deny) ? 1 : measure.hits();
    }

    private static void keepLongest(Map<BanAddress, Ban> bans, Ban ban) {
        bans.merge(
                ban.address(),
                ban,
                (one, other) -> one.byOperator()
                                || one.remaining()
                                                .orElse(Duration.ZERO)
                                                .compareTo(other.remaining().orElse(Duration.ZERO))
                                        >= 0
                        ? one
                        : other);
    }

    private static long within(RecentEntry entry, Duration window, KernelTicks ticks) {
        return entry.stamps().stream()
                .filter(stamp -> ticks.since(stamp).compareTo(window) <= 0)
                .count();
    }

    /** @param deciding which stamp, counted from the newest, must grow old before the address is let in again */
    private static Optional<Ban> timedBan(
            String list, Duration length, RecentEntry entry, int deciding, Optional<KernelTicks> ticks) {
        if (entry.stamps().size() <= deciding) {
            return Optional.empty();
        }
        if (ticks.isEmpty()) {
            return Optional.of(new Ban(entry.address(), false, list, Optional.empty()));
        }
        Duration left = length.minus(ticks.get().since(entry.stamps().get(deciding)));
        return left.isNegative()
                ? Optional.empty()
                : Optional.of(new Ban(entry.address(), false, list, Optional.of(left)));
    }
}
