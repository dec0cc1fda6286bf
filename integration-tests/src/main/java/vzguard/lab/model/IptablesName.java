package vzguard.lab.model;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The names that vzctl 4.11.1 accepts for {@code --iptables} and in {@code IPTABLES=}, in the order of its own table, which
 * is the order in which it writes them. {@code xt_recent}, {@code nf_conntrack} and the like are not among them.
 */
public enum IptablesName {
    IP_TABLES("ip_tables"),
    IPTABLE_FILTER("iptable_filter"),
    IPTABLE_MANGLE("iptable_mangle"),
    IPT_LIMIT("ipt_limit"),
    IPT_MULTIPORT("ipt_multiport"),
    IPT_TOS("ipt_tos"),
    IPT_TOS_TARGET("ipt_TOS"),
    IPT_REJECT("ipt_REJECT"),
    IPT_TCPMSS_TARGET("ipt_TCPMSS"),
    IPT_TCPMSS("ipt_tcpmss"),
    IPT_TTL("ipt_ttl"),
    IPT_LOG("ipt_LOG"),
    IPT_LENGTH("ipt_length"),
    IP_CONNTRACK("ip_conntrack"),
    IP_CONNTRACK_FTP("ip_conntrack_ftp"),
    IP_CONNTRACK_IRC("ip_conntrack_irc"),
    IPT_CONNTRACK("ipt_conntrack"),
    IPT_STATE("ipt_state"),
    IPT_HELPER("ipt_helper"),
    IPTABLE_NAT("iptable_nat"),
    IP_NAT_FTP("ip_nat_ftp"),
    IP_NAT_IRC("ip_nat_irc"),
    IPT_REDIRECT("ipt_REDIRECT"),
    XT_MAC("xt_mac"),
    IPT_RECENT("ipt_recent"),
    IPT_OWNER("ipt_owner");

    private final String text;

    IptablesName(String text) {
        this.text = text;
    }

    public String text() {
        return text;
    }

    public static Optional<IptablesName> of(String text) {
        return Arrays.stream(values()).filter(name -> name.text.equals(text)).findFirst();
    }

    /** What vzctl adds to a list that holds this name. */
    Set<IptablesName> implied() {
        return switch (this) {
            case IP_TABLES -> EnumSet.noneOf(IptablesName.class);
            case IP_CONNTRACK_FTP, IP_CONNTRACK_IRC, IPT_CONNTRACK, IPT_STATE, IPT_HELPER, IPTABLE_NAT ->
                EnumSet.of(IP_TABLES, IP_CONNTRACK);
            case IP_NAT_FTP, IP_NAT_IRC, IPT_REDIRECT -> EnumSet.of(IP_TABLES, IP_CONNTRACK, IPTABLE_NAT);
            default -> EnumSet.of(IP_TABLES);
        };
    }
}
