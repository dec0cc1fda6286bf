package vzguard.agent.diagnose;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import vzguard.agent.model.Evidence;

/**
 * What host and place show besides what a sweep sees; only a diagnosis needs it.
 *
 * @param hostConntrackOff the module option that switches connection tracking off on the host, if it is set
 * @param forbidden lines of modprobe.d that keep modules of the guard from loading
 * @param packets {@code ip_pkt_list_tot}: stamps per address
 * @param addresses {@code ip_list_tot}: addresses per list
 * @param rules the beancounter {@code numiptent} of the VE
 * @param lists addresses in each list of the match recent at the place
 * @param scripts files of Debian's {@code if-pre-up.d} there that call iptables, vzguard's own left out
 * @param filter table filter of IPv4 there, as iptables-save prints it
 * @param ipv6Address the place has an IPv6 address at which others reach it
 */
record Signs(
        Optional<Evidence> hostConntrackOff,
        List<Evidence> forbidden,
        Optional<Parameter> packets,
        Optional<Parameter> addresses,
        Optional<RuleCount> rules,
        Map<String, Integer> lists,
        List<BootScript> scripts,
        String filter,
        boolean ipv6Address) {
    /** Nothing is known, and nothing of it is wrong. */
    static final Signs NONE = new Signs(
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            List.of(),
            "",
            false);

    Signs {
        forbidden = List.copyOf(forbidden);
        lists = Map.copyOf(lists);
        scripts = List.copyOf(scripts);
    }

    /** A parameter of a module. */
    record Parameter(String path, int value) {
        Evidence evidence() {
            return Evidence.ofFile(path, Integer.toString(value));
        }
    }

    /**
     * Rules that a VE has, and may have (facts 7.14).
     *
     * @param failures how often one more was refused
     */
    record RuleCount(long held, long barrier, long failures, Evidence evidence) {
        long free() {
            return Math.max(0, barrier - held);
        }
    }

    /** A script that is to write rules at boot. */
    record BootScript(String path, boolean executable, String text) {
        String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }
    }
}
