package vzguard.lab.model;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What an iptables program in one place (the host, or one VE) finds: which tables, matches and targets the kernel has, and
 * which of them it lets this place use. A name that is not loaded is unknown there (ENOENT); one that is loaded but not
 * permitted is refused (a table: "does not exist"; a match or target: EINVAL).
 *
 * <p>The text form has one line per list, {@code FAMILY KIND STATE NAME...}, for instance
 * {@code ipv4 matches loaded recent tcp udp}; FAMILY is ipv4 or ipv6, KIND tables, matches or targets, STATE loaded or
 * permitted, hidden or blind. A line that is missing is an empty list; unknown lines are an error.
 */
public record NetfilterRights(Family ipv4, Family ipv6) {

    /** Nothing at all: ip_tables is not there. */
    public static final NetfilterRights NONE = new NetfilterRights(Family.NONE, Family.NONE);

    /**
     * Names that the kernel has, and what it makes of them here. All sorted.
     *
     * @param loaded what is listed
     * @param permitted those that may be used
     * @param hidden those that are listed, and unknown (ENOENT) to who asks for them
     * @param blind those that may be used and then match nothing: to them every packet is INVALID
     */
    public record Grants(Set<String> loaded, Set<String> permitted, Set<String> hidden, Set<String> blind) {
        static final Grants NONE = new Grants(Set.of(), Set.of());

        public Grants {
            loaded = sorted(loaded);
            permitted = sorted(permitted);
            hidden = sorted(hidden);
            blind = sorted(blind);
        }

        public Grants(Set<String> loaded, Set<String> permitted) {
            this(loaded, permitted, Set.of(), Set.of());
        }

        /** Whether somebody here finds the name at all. */
        public boolean finds(String name) {
            return loaded.contains(name) && !hidden.contains(name);
        }

        private static Set<String> sorted(Set<String> names) {
            return Collections.unmodifiableSortedSet(new TreeSet<>(names));
        }
    }

    /** One address family: iptables, or ip6tables. */
    public record Family(Grants tables, Grants matches, Grants targets) {
        static final Family NONE = new Family(Grants.NONE, Grants.NONE, Grants.NONE);
    }

    /** The text form; ends with a line end. */
    public String render() {
        StringBuilder text = new StringBuilder();
        append(text, "ipv4", ipv4);
        append(text, "ipv6", ipv6);
        return text.toString();
    }

    private static void append(StringBuilder text, String name, Family family) {
        append(text, name + " tables", family.tables());
        append(text, name + " matches", family.matches());
        append(text, name + " targets", family.targets());
    }

    private static void append(StringBuilder text, String name, Grants grants) {
        appendLine(text, name + " loaded", grants.loaded());
        appendLine(text, name + " permitted", grants.permitted());
        if (!grants.hidden().isEmpty()) {
            appendLine(text, name + " hidden", grants.hidden());
        }
        if (!grants.blind().isEmpty()) {
            appendLine(text, name + " blind", grants.blind());
        }
    }

    private static void appendLine(StringBuilder text, String name, Collection<String> values) {
        text.append(name);
        values.forEach(value -> text.append(' ').append(value));
        text.append('\n');
    }

    /**
     * Reads the text form.
     *
     * @throws IllegalArgumentException for a line that {@link #render} does not write
     */
    public static NetfilterRights parse(String text) {
        Map<String, Set<String>> lists = new LinkedHashMap<>();
        text.lines().filter(line -> !line.isBlank()).forEach(line -> {
            List<String> words = List.of(line.strip().split(" +"));
            String key = words.stream().limit(3).collect(Collectors.joining(" "));
            if (!key.matches("ipv[46] (tables|matches|targets) (loaded|permitted|hidden|blind)")) {
                throw new IllegalArgumentException("not a line of netfilter rights: " + line);
            }
            lists.put(key, Set.copyOf(words.subList(3, words.size())));
        });
        return new NetfilterRights(family(lists, "ipv4"), family(lists, "ipv6"));
    }

    private static Family family(Map<String, Set<String>> lists, String name) {
        return new Family(
                grants(lists, name + " tables"), grants(lists, name + " matches"), grants(lists, name + " targets"));
    }

    private static Grants grants(Map<String, Set<String>> lists, String name) {
        return new Grants(
                lists.getOrDefault(name + " loaded", Set.of()),
                lists.getOrDefault(name + " permitted", Set.of()),
                lists.getOrDefault(name + " hidden", Set.of()),
                lists.getOrDefault(name + " blind", Set.of()));
    }
}
