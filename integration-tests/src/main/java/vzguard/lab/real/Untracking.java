package vzguard.lab.real;

import java.util.List;

/**
 * Where the pretended kernel (2.6.18) calls every packet of a VE INVALID, the machine's does not look at any: neither is NEW or
 * ESTABLISHED to a rule. The VE's fronts do not show the table in which that is said.
 */
final class Untracking {
    private Untracking() {}

    static void of(VeProcess process) {
        for (String program : List.of("iptables", "ip6tables")) {
            for (String chain : List.of("PREROUTING", "OUTPUT")) {
                Programs.check(Entry.into(
                        process.init(),
                        "/usr/lib/vzguard-lab/xtables/legacy/" + program,
                        "-t",
                        "raw",
                        "-A",
                        chain,
                        "-j",
                        "CT",
                        "--notrack"));
            }
        }
    }
}
