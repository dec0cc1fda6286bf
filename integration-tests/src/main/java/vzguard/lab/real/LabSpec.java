package vzguard.lab.real;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import vzguard.lab.model.FleetSeed;
import vzguard.lab.model.Generation;
import vzguard.lab.model.LabBoot;
import vzguard.values.Ctid;

/**
 * What a lab consists of.
 *
 * @param name 1-20 small letters, digits and dashes, a letter first; labs of different names run side by side
 * @param hosts 1-{@value #MAX_HOSTS}; named hn1, hn2, ...
 * @param ves VEs on each host, 0-{@value #MAX_VES}; numbered from {@value vzguard.lab.model.FleetSeed#FIRST_CTID}
 * @param fleet whether a controller, an agent on each host and a CLI context belong to it
 * @param iptables what the hosts' and VEs' iptables programs are; a simulated lab has {@link IptablesBackend#LEGACY} only
 * @param neighbours whether other firewalls, fail2ban and ufw, are there to be started; never in a simulated lab
 * @param boot how the hosts and VEs boot; a simulated lab has {@link LabBoot#DEBIAN} only
 * @param generation what programs, kernel rules and paths the hosts have
 * @param hurry how many times as fast as in life vzctl's own waits are over in a real lab, 1-{@value #MAX_HURRY}; in a simulated one
 *     they take no time anyway
 */
public record LabSpec(
        String name,
        int hosts,
        int ves,
        boolean fleet,
        IptablesBackend iptables,
        boolean neighbours,
        LabBoot boot,
        Generation generation,
        int hurry) {
    public static final int MAX_HOSTS = 20;
    public static final int MAX_VES = 50;
    public static final int MAX_HURRY = 1000;
    public static final int FIRST_CTID = FleetSeed.FIRST_CTID;

    /** With the usual iptables. */
    public LabSpec(String name, int hosts, int ves, boolean fleet) {
        this(name, hosts, ves, fleet, IptablesBackend.LEGACY);
    }

    /** Without neighbours, on Debian. */
    public LabSpec(String name, int hosts, int ves, boolean fleet, IptablesBackend iptables) {
        this(name, hosts, ves, fleet, iptables, false, LabBoot.DEBIAN, Generation.OBSERVED, 1);
    }

    /** The same lab of another generation, whose hosts and VEs boot as that does. */
    public LabSpec of(Generation other) {
        return new LabSpec(name, hosts, ves, fleet, iptables, neighbours, other.boot(), other, hurry);
    }

    /** The kernel release that hosts and VEs show; empty for the machine's own. */
    public Optional<String> shownKernel() {
        return Optional.of(generation)
                .filter(each -> !each.equals(Generation.OBSERVED))
                .map(each -> each.kernel().release());
    }

    /** The VEs of each host. */
    public List<Ctid> ctids() {
        return FleetSeed.ctids(ves, generation);
    }

    /** What is wrong with the spec, all of it at once; empty for a good one. */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        if (!validName(name)) {
            problems.add("--name: \"" + name + "\" is not a lab name: 1-20 of a-z, 0-9 and -, a letter first");
        }
        if (hosts < 1 || hosts > MAX_HOSTS) {
            problems.add("--hosts: " + hosts + " is not in 1-" + MAX_HOSTS);
        }
        if (ves < 0 || ves > MAX_VES) {
            problems.add("--ves: " + ves + " is not in 0-" + MAX_VES);
        }
        if (hurry < 1 || hurry > MAX_HURRY) {
            problems.add("--hurry: " + hurry + " is not in 1-" + MAX_HURRY);
        }
        if (iptables == IptablesBackend.NFT && !generation.iptables().isReal()) {
            problems.add("--iptables: iptables " + generation.iptables().text() + " of --generation "
                    + generation.word() + " is older than nft");
        }
        return problems;
    }

    public static boolean validName(String name) {
        return name.matches("[a-z][a-z0-9-]{0,19}");
    }

    /** The hosts' names in order. */
    public List<String> hostNames() {
        return IntStream.rangeClosed(1, hosts).mapToObj(FleetSeed::hostName).toList();
    }
}
