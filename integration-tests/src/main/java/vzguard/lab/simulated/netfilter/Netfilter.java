package vzguard.lab.simulated.netfilter;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import vzguard.lab.model.Generation;
import vzguard.lab.model.NetfilterRights;

/**
 * The netfilter of one place, a host or a running VE: what {@link NetfilterRights} permit, tables of both families, and the
 * lists of xt_recent, which live as long as a rule names them. Safe for several threads; every program and every packet has
 * it alone.
 */
public final class Netfilter {
    /** One address family's tables; the latest instantiated first, as {@code ip_tables_names} lists them. */
    static final class Family {
        private final boolean ipv6;
        private final List<Table> tables = new ArrayList<>();
        private final Map<String, HashlimitTable> hashlimits = new TreeMap<>();

        Family(boolean ipv6) {
            this.ipv6 = ipv6;
        }

        boolean ipv6() {
            return ipv6;
        }

        List<Table> tables() {
            return tables;
        }

        /** Makes the tables of hashlimit that rules name newly; those that no rule names any more are gone. */
        private void adjustHashlimits() {
            Set<String> named = new TreeSet<>();
            tables.stream()
                    .flatMap(Table::rules)
                    .flatMap(rule -> rule.matches().stream())
                    .filter(match -> match.name().equals("hashlimit"))
                    .forEach(match -> {
                        String name =
                                match.option("--hashlimit-name").orElseThrow().argument();
                        named.add(name);
                        hashlimits.computeIfAbsent(name, made -> new HashlimitTable(match));
                    });
            hashlimits.keySet().retainAll(named);
        }
    }

    private final Supplier<NetfilterRights> rights;
    private final Consumer<String> autoload;
    private final KernelTime time;
    private final Generation generation;
    private final Family ipv4 = new Family(false);
    private final Family ipv6 = new Family(true);
    private final Map<String, RecentList> lists = new TreeMap<>();
    private final RuleCount count = new RuleCount();

    /**
     * @param autoload what the kernel does when a module is asked for: modprobe on a host, nothing in a VE of an early kernel
     * @param time of the kernel that carries the place
     */
    public Netfilter(
            Supplier<NetfilterRights> rights, Consumer<String> autoload, KernelTime time, Generation generation) {
        this.rights = rights;
        this.autoload = autoload;
        this.time = time;
        this.generation = generation;
    }

    /** Whose kernel it is, and whose iptables. */
    public Generation generation() {
        return generation;
    }

    Family family(boolean wantsIpv6) {
        return wantsIpv6 ? ipv6 : ipv4;
    }

    /** A packet for this place. */
    public synchronized Verdict input(Packet packet) {
        return through(packet, "INPUT");
    }

    /** A packet that this place passes on. */
    public synchronized Verdict forward(Packet packet) {
        return through(packet, "FORWARD");
    }

    private Verdict through(Packet packet, String hook) {
        Traversal traversal = new Traversal(
                packet,
                name -> Optional.ofNullable(lists.get(name)),
                family(packet.isIpv6()).hashlimits,
                familyRights(packet.isIpv6()).matches().blind(),
                time.jiffies());
        for (String step : List.of("mangle PREROUTING", "mangle " + hook, "filter " + hook)) {
            String[] words = step.split(" ");
            Optional<Table> table = family(packet.isIpv6()).tables().stream()
                    .filter(each -> each.name().equals(words[0]))
                    .findFirst();
            if (table.isPresent()) {
                Verdict verdict = traversal.through(table.get(), words[1]);
                if (verdict != Verdict.ACCEPT) {
                    return verdict;
                }
            }
        }
        return Verdict.ACCEPT;
    }

    /** Names of the lists, as {@code /proc/net/xt_recent} shows them. */
    public synchronized SortedSet<String> recentLists() {
        return new TreeSet<>(lists.keySet());
    }

    /** The text of a list's file; empty when there is no such list. */
    public synchronized Optional<String> recentText(String name) {
        return Optional.ofNullable(lists.get(name)).map(RecentList::text);
    }

    /** A write to a list's file: what the kernel says to it, or nothing when it was taken. */
    public synchronized String writeRecent(String name, String text) {
        RecentList list = lists.get(name);
        if (list == null) {
            return "No such file or directory";
        }
        return switch (list.write(generation.kernel().hasOldRecent() ? ofOldProtocol(text) : text, time.jiffies())) {
            case TAKEN -> "";
            case INVALID -> "Invalid argument";
            case ILLEGAL_SEEK -> "Illegal seek";
        };
    }

    /** Before 2.6.28 a list was emptied by a word, and a slash was no command (facts.md 5.5). */
    private static String ofOldProtocol(String text) {
        return text.startsWith("clear") ? "/" : text.startsWith("/") ? "?" : text;
    }

    /** Tables in use of one family, as {@code ip_tables_names} shows them. */
    public synchronized List<String> tableNames(boolean wantsIpv6) {
        return family(wantsIpv6).tables().stream().map(Table::name).toList();
    }

    /** What the place may do now. */
    public NetfilterRights rights() {
        return rights.get();
    }

    NetfilterRights.Family familyRights(boolean wantsIpv6) {
        return wantsIpv6 ? rights.get().ipv6() : rights.get().ipv4();
    }

    /** The table as it is, made when it is first asked for. The caller holds this object's lock. */
    Table table(boolean wantsIpv6, String name) throws IptablesRefusal {
        Optional<Table> known = family(wantsIpv6).tables().stream()
                .filter(table -> table.name().equals(name))
                .findFirst();
        if (!familyRights(wantsIpv6).tables().loaded().contains(name)) {
            autoload.accept((wantsIpv6 ? "ip6table_" : "iptable_") + name);
        }
        if (!Table.exists(name) || !familyRights(wantsIpv6).tables().permitted().contains(name)) {
            throw IptablesRefusal.table(name);
        }
        if (known.isPresent()) {
            return known.get();
        }
        Table fresh = new Table(name);
        family(wantsIpv6).tables().add(0, fresh);
        return fresh;
    }

    /**
     * Puts a changed table in place of the old one. As the kernel does, looks at its rules in order: lists that they name newly
     * are made, those with too little room are emptied; then lists that no rule of any table names are gone.
     */
    void commit(boolean wantsIpv6, Table changed) throws IptablesRefusal {
        if (changed.hasLoop()) {
            throw IptablesRefusal.loop();
        }
        Family family = family(wantsIpv6);
        count.check(Stream.of(ipv4, ipv6).flatMap(each -> each.tables().stream()), family, changed);
        family.tables().replaceAll(table -> table.name().equals(changed.name()) ? changed : table);
        Set<String> named = new TreeSet<>();
        ipv4.tables().forEach(table -> named.addAll(table.recentLists()));
        ipv6.tables().forEach(table -> named.addAll(table.recentLists()));
        changed.rules()
                .flatMap(rule -> rule.matches().stream())
                .filter(match -> match.name().equals("recent"))
                .forEach(match -> lists.computeIfAbsent(
                                match.option("--name").orElseThrow().argument(),
                                name -> new RecentList(RecentMask.of(match)))
                        .roomFor(match));
        lists.keySet().retainAll(named);
        family.adjustHashlimits();
    }

    /** The place may have so many rules and no more. */
    public void limitRules(long most) {
        count.limit(most);
    }

    /** How many rules the place has, had at most, may have, and how often it was refused more. */
    public synchronized RuleCount.Row ruleCount() {
        return count.row(Stream.of(ipv4, ipv6).flatMap(each -> each.tables().stream()));
    }

    /** Asks the kernel for the module of a match or target, as iptables makes it do. */
    void request(boolean wantsIpv6, String extension) {
        autoload.accept((wantsIpv6 ? "ip6t_" : "ipt_") + extension);
    }
}
