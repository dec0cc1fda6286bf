package vzguard.lab.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import vzguard.values.Ctid;

/**
 * The fleet of a lab as it is delivered, and the trouble in it: hn1 has no recent module, loaded or configured; hn2 has it, and
 * neither the host nor its VEs' lists share conntrack; hn3 and all further hosts share both and have no guard. With four VEs
 * or more the last VE of hn3 is stopped, and the one before it is DISABLED though it runs.
 */
public final class FleetSeed {
    public static final int FIRST_CTID = 101;

    private static final String REPORTED = "ipt_REJECT ipt_tos ipt_limit ipt_multiport iptable_filter iptable_mangle"
            + " ipt_TCPMSS ipt_tcpmss ipt_ttl ipt_length";
    private static final String WITH_CONNTRACK = REPORTED
            + " ip_conntrack ip_conntrack_ftp ip_conntrack_irc ipt_LOG ipt_conntrack ipt_helper ipt_state iptable_nat"
            + " ip_nat_ftp ip_nat_irc ipt_TOS ipt_recent";
    private static final int TROUBLED_HOST = 3;
    private static final int TROUBLED_VES = 4;

    private FleetSeed() {}

    public static String hostName(int host) {
        return "hn" + host;
    }

    /** The CTIDs of every host. */
    public static List<Ctid> ctids(int ves) {
        return IntStream.range(FIRST_CTID, FIRST_CTID + ves)
                .mapToObj(number -> new Ctid(Integer.toString(number)))
                .toList();
    }

    /** The host's own addresses: IPv4, then IPv6. */
    public static List<String> hostAddresses(int host) {
        return List.of("10.66.0." + host, "fd66::" + Integer.toHexString(host));
    }

    /** A VE's addresses: IPv4, then IPv6. {@code ve} counts from 1. */
    public static List<String> veAddresses(int host, int ve) {
        return List.of(
                "10.67." + host + "." + ve, "fd67:0:0:" + Integer.toHexString(host) + "::" + Integer.toHexString(ve));
    }

    /** The VE that runs although its configuration says {@code DISABLED="yes"}: started by force once the host is up. */
    public static Optional<Ctid> disabledThoughRunning(int host, int ves) {
        return isTroubled(host, ves) ? Optional.of(ctids(ves).get(ves - 2)) : Optional.empty();
    }

    private static boolean isTroubled(int host, int ves) {
        return host == TROUBLED_HOST && ves >= TROUBLED_VES;
    }

    /** Texts by path on the host. */
    public static Map<String, String> files(int host, int ves) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("/etc/hostname", hostName(host) + "\n");
        files.put("/etc/modules", modules(host));
        files.put("/etc/vz/vz.conf", global(host));
        for (int ve = 1; ve <= ves; ve++) {
            files.put("/etc/vz/conf/" + ctids(ves).get(ve - 1) + ".conf", config(host, ve, ves));
        }
        return files;
    }

    private static String modules(int host) {
        List<String> lines = new ArrayList<>(List.of(
                "# /etc/modules: kernel modules to load at boot time.",
                "#",
                "# One name per line; lines beginning with \"#\" are ignored.",
                ""));
        if (host > 1) {
            lines.addAll(List.of("ipt_recent", "ipt_state"));
        }
        lines.add("ip6table_filter");
        return new ConfigFile(lines).text();
    }

    private static String global(int host) {
        return """
                ## Global parameters
                VIRTUOZZO=yes
                LOCKDIR=/vz/lock
                DUMPDIR=/vz/dump
                VE0CPUUNITS=1000

                ## Logging parameters
                LOGGING=yes
                LOGFILE=/var/log/vzctl.log
                LOG_LEVEL=0
                VERBOSE=0

                ## Defaults for containers
                VE_ROOT=/vz/root/$VEID
                VE_PRIVATE=/vz/private/$VEID
                CONFIGFILE="basic"
                DEF_OSTEMPLATE="debian-12-x86_64"

                ## IPv4 iptables kernel modules, loaded at start and shared with containers.
                #  Ask the network team before you touch this list.
                IPTABLES="%s"

                ## Enable IPv6
                IPV6="yes"
                IP6TABLES="ip6_tables ip6table_filter ip6table_mangle ip6t_REJECT"
                """.formatted(host <= 2 ? REPORTED : WITH_CONNTRACK);
    }

    private static String config(int host, int ve, int ves) {
        Ctid ctid = ctids(ves).get(ve - 1);
        boolean stopped = isTroubled(host, ves) && ve == ves;
        boolean disabled = disabledThoughRunning(host, ves).equals(Optional.of(ctid));
        return """
                # Container %s of %s
                ONBOOT="%s"
                KMEMSIZE="14372700:14790164"
                PRIVVMPAGES="65536:69632"
                NUMPROC="240:240"
                DISKSPACE="2G:2.2G"

                # Netfilter
                IPTABLES="%s"

                VE_ROOT="/vz/root/$VEID"
                VE_PRIVATE="/vz/private/$VEID"
                OSTEMPLATE="debian-12-x86_64"
                ORIGIN_SAMPLE="basic"
                HOSTNAME="ve%s.%s"
                IP_ADDRESS="%s"
                %s
                """.formatted(
                        ctid,
                        hostName(host),
                        stopped ? "no" : "yes",
                        host == 2 ? REPORTED : WITH_CONNTRACK,
                        ctid,
                        hostName(host),
                        String.join(" ", veAddresses(host, ve)),
                        disabled ? "DISABLED=\"yes\"" : "# DISABLED=\"no\"");
    }
}
