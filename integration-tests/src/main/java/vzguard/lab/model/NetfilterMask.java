package vzguard.lab.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a VE may use, as names of {@link IptablesName}. A 2.6.32 kernel looks only at ip_tables, filter, mangle, conntrack
 * and nat; the names of matches ({@code ipt_recent} among them) are kept and never checked.
 */
public record NetfilterMask(Set<IptablesName> names) {
    public NetfilterMask {
        Set<IptablesName> copy = EnumSet.noneOf(IptablesName.class);
        copy.addAll(names);
        names = Collections.unmodifiableSet(copy);
    }

    /** The mask of a VE for which neither {@code NETFILTER} nor {@code IPTABLES} says anything: no conntrack. */
    public static final NetfilterMask DEFAULT = of(
            IptablesName.IP_TABLES,
            IptablesName.IPTABLE_FILTER,
            IptablesName.IPTABLE_MANGLE,
            IptablesName.IPT_LIMIT,
            IptablesName.IPT_MULTIPORT,
            IptablesName.IPT_TOS,
            IptablesName.IPT_REJECT,
            IptablesName.IPT_TCPMSS_TARGET,
            IptablesName.IPT_TCPMSS,
            IptablesName.IPT_TTL,
            IptablesName.IPT_LENGTH);

    public static NetfilterMask of(IptablesName... names) {
        return new NetfilterMask(Set.of(names));
    }

    /** The mask of a list of names, with what they imply. An empty list is an empty mask. */
    static NetfilterMask withImplied(Set<IptablesName> given) {
        Set<IptablesName> all = EnumSet.noneOf(IptablesName.class);
        given.forEach(name -> {
            all.add(name);
            all.addAll(name.implied());
        });
        return new NetfilterMask(all);
    }

    public boolean ipTables() {
        return names.contains(IptablesName.IP_TABLES);
    }

    public boolean filter() {
        return names.contains(IptablesName.IPTABLE_FILTER);
    }

    public boolean mangle() {
        return names.contains(IptablesName.IPTABLE_MANGLE);
    }

    public boolean conntrack() {
        return names.contains(IptablesName.IP_CONNTRACK);
    }

    public boolean nat() {
        return names.contains(IptablesName.IPTABLE_NAT);
    }

    /** The value that vzctl writes into {@code IPTABLES=}: its own order, and a blank after every name. */
    String configValue() {
        return names.stream().map(name -> name.text() + " ").collect(Collectors.joining());
    }

    /** A list as found in a configuration or on the command line, split into what vzctl knows and what it does not. */
    record Parsed(NetfilterMask mask, List<String> unknown) {}

    /** Names separated by blanks, tabs or, as of 4.0, commas; those that this vzctl does not know are unknown. */
    static Parsed parse(String list, VzctlRelease release) {
        Set<IptablesName> known = EnumSet.noneOf(IptablesName.class);
        List<String> unknown = new ArrayList<>();
        for (String word : list.split(release.splitsAtCommas() ? "[ \t,]+" : "[ \t]+")) {
            if (!word.isEmpty()) {
                IptablesName.of(word).filter(release::takes).ifPresentOrElse(known::add, () -> unknown.add(word));
            }
        }
        return new Parsed(withImplied(known), List.copyOf(unknown));
    }
}
