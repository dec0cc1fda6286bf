package vzguard.lab.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import vzguard.values.Ctid;

/** The texts of {@link FleetSeed} for one host, as its generation has them. */
final class SeedTexts {
    private static final String REPORTED = "ipt_REJECT ipt_tos ipt_limit ipt_multiport iptable_filter iptable_mangle"
            + " ipt_TCPMSS ipt_tcpmss ipt_ttl ipt_length";
    private static final String WITH_CONNTRACK = REPORTED
            + " ip_conntrack ip_conntrack_ftp ip_conntrack_irc ipt_LOG ipt_conntrack ipt_helper ipt_state iptable_nat"
            + " ip_nat_ftp ip_nat_irc ipt_TOS ipt_recent";

    private final Generation generation;
    private final int host;

    SeedTexts(Generation generation, int host) {
        this.generation = generation;
        this.host = host;
    }

    /** A list of names without those that this vzctl does not take. */
    private String taken(String names) {
        return String.join(
                " ",
                List.of(names.split(" ")).stream()
                        .filter(name -> IptablesName.of(name)
                                .filter(generation.vzctl()::takes)
                                .isPresent())
                        .toList());
    }

    /** What is loaded before service vz; where that loads nothing, all that is loaded. */
    String modules() {
        List<String> lines = new ArrayList<>(List.of(
                "# /etc/modules: kernel modules to load at boot time.",
                "#",
                "# One name per line; lines beginning with \"#\" are ignored.",
                ""));
        if (generation.vzctl().loaderKeys().isEmpty()) {
            lines.add("xt_tcpudp");
            // ipt_recent is what hn1 lacks, and the others have it from below.
            lines.addAll(List.of((host <= 2 ? REPORTED : WITH_CONNTRACK.replace(" ipt_recent", "")).split(" ")));
            lines.addAll(List.of("ip6table_mangle", "ip6t_REJECT"));
        }
        if (host > 1) {
            lines.addAll(List.of("ipt_recent", "ipt_state"));
        }
        lines.add("ip6table_filter");
        return new ConfigFile(lines).text();
    }

    /** hn1's kernel may not load for VEs, where kernels do. */
    Optional<String> sysctl() {
        return host == 1 && generation.kernel().loadsForVes()
                ? Optional.of("# VEs get the modules that we load, and no others.\nkernel.ve_allow_module_load = 0\n")
                : Optional.empty();
    }

    String global() {
        return """
                ## Global parameters
                VIRTUOZZO=yes
                LOCKDIR=%1$s/lock
                DUMPDIR=%1$s/dump
                VE0CPUUNITS=1000

                ## Logging parameters
                LOGGING=yes
                LOGFILE=/var/log/vzctl.log
                LOG_LEVEL=0
                VERBOSE=0

                ## Defaults for containers
                VE_ROOT=%1$s/root/$VEID
                VE_PRIVATE=%1$s/private/$VEID
                CONFIGFILE="basic"
                DEF_OSTEMPLATE="debian-12-x86_64"
                %2$s
                ## Enable IPv6
                IPV6="yes"
                IP6TABLES="ip6_tables ip6table_filter ip6table_mangle ip6t_REJECT"
                """.formatted(data(), netfilter());
    }

    /** The lists of vz.conf: one key for both meanings up to 3.0.26, two keys up to 4.6, then one for modules alone. */
    private String netfilter() {
        VzctlRelease vzctl = generation.vzctl();
        String names = taken(host <= 2 ? REPORTED : WITH_CONNTRACK);
        if (vzctl.loaderKeys().isEmpty()) {
            return "";
        }
        String comment = """

                ## IPv4 iptables kernel modules, loaded at start and shared with containers.
                #  Ask the network team before you touch this list.
                """;
        if (usesModes()) {
            return comment + "IPTABLES_MODULES=\"" + names + "\"\n";
        }
        boolean twoKeys = vzctl.loaderKeys().size() > 1 && !generation.equals(Generation.OBSERVED);
        return comment + (twoKeys ? "IPTABLES_MODULES=\"" + names + "\"\n" : "") + "IPTABLES=\"" + names + "\"\n";
    }

    /** Since 4.7 all samples say NETFILTER; the usual lab keeps the lists, which 4.11.1 reads as well. */
    private boolean usesModes() {
        return generation.vzctl().hasNetfilter() && !generation.equals(Generation.OBSERVED);
    }

    private String shared() {
        if (!generation.vzctl().hasIptables()) {
            return "# Nothing to set";
        }
        return usesModes()
                ? "NETFILTER=\"" + (host == 2 ? "stateless" : "full") + "\""
                : "IPTABLES=\"" + taken(host == 2 ? REPORTED : WITH_CONNTRACK) + "\"";
    }

    String config(Ctid ctid, boolean stopped, boolean disabled) {
        int ve = FleetSeed.numberOf(ctid);
        return """
                # Container %s of %s
                ONBOOT="%s"
                KMEMSIZE="14372700:14790164"
                PRIVVMPAGES="65536:69632"
                NUMPROC="240:240"
                DISKSPACE="2G:2.2G"

                # Netfilter
                %s

                VE_ROOT="%s/root/$VEID"
                VE_PRIVATE="%s/private/$VEID"
                OSTEMPLATE="debian-12-x86_64"
                ORIGIN_SAMPLE="basic"
                HOSTNAME="ve%s.%s"
                IP_ADDRESS="%s"
                %s
                """.formatted(
                        ctid,
                        FleetSeed.hostName(host),
                        stopped ? "no" : "yes",
                        shared(),
                        data(),
                        data(),
                        FleetSeed.FIRST_CTID - 1 + ve,
                        FleetSeed.hostName(host),
                        String.join(" ", FleetSeed.veAddresses(host, ve)),
                        disabled ? "DISABLED=\"yes\"" : "# DISABLED=\"no\"");
    }

    private String data() {
        return generation.paths() == Generation.Paths.DEBIAN ? "/var/lib/vz" : "/vz";
    }
}
