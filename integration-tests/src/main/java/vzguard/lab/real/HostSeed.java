package vzguard.lab.real;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files with which a host of the lab is delivered, and the trouble in them: hn1 has no recent module, loaded or configured;
 * hn2 has it, and its VEs' lists lack conntrack; hn3 and all further hosts have both. The last VE of hn3 is stopped and the
 * one before it is DISABLED though it runs.
 */
final class HostSeed {
    private static final String REPORTED =
            "ipt_REJECT ipt_tos ipt_limit ipt_multiport iptable_filter iptable_mangle ipt_TCPMSS ipt_tcpmss ipt_ttl ipt_length";
    private static final String WITH_CONNTRACK = REPORTED
            + " ip_conntrack ip_conntrack_ftp ip_conntrack_irc ipt_LOG ipt_conntrack ipt_helper ipt_state iptable_nat"
            + " ip_nat_ftp ip_nat_irc ipt_TOS ipt_recent";
    private static final int TROUBLED_VES = 4;

    private HostSeed() {}

    /** Paths below the host's root, and the text of each. */
    static Map<String, String> files(int number, int ves) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("etc/hostname", "hn" + number + "\n");
        files.put("etc/modules", modules(number));
        files.put("etc/vz/vz.conf", vzConf(number));
        for (int ve = 1; ve <= ves; ve++) {
            files.put("etc/vz/conf/" + (LabSpec.FIRST_CTID - 1 + ve) + ".conf", veConf(number, ve, ves));
        }
        return files;
    }

    /** The VE that runs though its configuration says DISABLED=yes, once the host is up; 0 for none. */
    static int disabledVe(int number, int ves) {
        return number == 3 && ves >= TROUBLED_VES ? LabSpec.FIRST_CTID + ves - 2 : 0;
    }

    private static String modules(int number) {
        String head =
                "# /etc/modules: kernel modules to load at boot time.\n#\n# One name per line; lines beginning with \"#\" are ignored.\n\n";
        return head + (number == 1 ? "" : "ipt_recent\nipt_state\n") + "ip6table_filter\n";
    }

    private static String vzConf(int number) {
        String list = number <= 2 ? REPORTED : WITH_CONNTRACK;
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
                """.formatted(list);
    }

    private static String veConf(int number, int ve, int ves) {
        int ctid = LabSpec.FIRST_CTID - 1 + ve;
        boolean troubled = number == 3 && ves >= TROUBLED_VES;
        boolean stopped = troubled && ve == ves;
        return """
                # Container %d of hn%d
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
                HOSTNAME="ve%d.hn%d"
                IP_ADDRESS="10.67.%d.%d fd67:0:0:%d::%d"
                """.formatted(
                        ctid,
                        number,
                        stopped ? "no" : "yes",
                        number == 2 ? REPORTED : WITH_CONNTRACK,
                        ctid,
                        number,
                        number,
                        ve,
                        number,
                        ve);
    }
}
