package vzguard.lab.model;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import vzguard.values.Ctid;

/**
 * A generation of OpenVZ hosts: one table that says what each name means. A lab has hosts of one generation; a simulated host
 * may be made of any ({@code new SimulatedHost(name, network, clock, generation)}), also of one put together by hand
 * ({@link #with}).
 *
 * <p>What a host shows of it: {@code vzctl --version} and the words, codes, fields and paths of that release
 * ({@link VzctlRelease}, {@link VzctlWords}, {@link VzlistField}); {@code uname -r} and {@code /proc/sys/kernel/osrelease};
 * names and aliases of modules ({@link KernelModules}), what a VE may do with them and when ({@link KernelLine});
 * {@code iptables --version}, its options, messages and saves ({@link IptablesRelease}, {@link IptablesWords}).
 *
 * @param word as {@code --generation} takes it
 * @param vzctl release of vzctl and vzlist
 * @param kernel whose rules about netfilter hold
 * @param iptables release of iptables, on the host and in its VEs
 * @param boot how hosts and VEs boot in the real lab, unless {@code --boot} says otherwise
 * @param paths where configuration and data lie
 * @param about one line for people
 */
public record Generation(
        String word,
        VzctlRelease vzctl,
        KernelLine kernel,
        IptablesRelease iptables,
        LabBoot boot,
        Paths paths,
        String about) {

    /** Where things lie (facts.md 3.1). */
    public enum Paths {
        /** What the transcripts' host has: {@code /etc/vz}, {@code /vz}. */
        PLAIN,
        /** vz.conf names {@code /var/lib/vz}, which in the labs is a link to {@code /vz}. */
        DEBIAN,
        /** {@code /etc/sysconfig/vz} is a link to {@code ../vz/vz.conf}, {@code /etc/vz/conf} one to {@code /etc/sysconfig/vz-scripts}. */
        RPM
    }

    /** What the labs are unless they are told otherwise: vzctl as observed, over the rules of 2.6.32-042stab061. */
    public static final Generation OBSERVED = new Generation(
            "observed",
            VzctlRelease.OBSERVED,
            KernelLine.OBSERVED,
            IptablesRelease.OBSERVED,
            LabBoot.DEBIAN,
            Paths.PLAIN,
            "vzctl 4.11.1 as observed on Debian 12, kernel rules of 2.6.32-042stab061");

    public static final Generation LENNY = new Generation(
            "lenny",
            new VzctlRelease("3.0.22"),
            KernelLine.LENNY,
            new IptablesRelease("1.4.2", IptablesRelease.Waiting.UNKNOWN),
            LabBoot.DEBIAN,
            Paths.DEBIAN,
            "Debian lenny, the field report's: vzctl 3.0.22, kernel 2.6.26");

    public static final Generation EL5 = new Generation(
            "el5",
            new VzctlRelease("3.0.26.3"),
            KernelLine.RHEL5,
            new IptablesRelease("1.3.5", IptablesRelease.Waiting.UNKNOWN),
            LabBoot.RHEL6,
            Paths.RPM,
            "CentOS 5: vzctl 3.0.26, kernel 2.6.18");

    public static final Generation EL6 = new Generation(
            "el6",
            new VzctlRelease("4.6.1"),
            KernelLine.EARLY,
            new IptablesRelease("1.4.7", IptablesRelease.Waiting.UNKNOWN),
            LabBoot.RHEL6,
            Paths.RPM,
            "CentOS 6, early: vzctl 4.6.1, kernel 2.6.32-042stab061");

    public static final Generation OVZ6 = new Generation(
            "ovz6",
            VzctlRelease.OBSERVED,
            KernelLine.LATE,
            new IptablesRelease("1.4.7", IptablesRelease.Waiting.NUMBER),
            LabBoot.RHEL6,
            Paths.RPM,
            "OpenVZ 6, late: vzctl 4.11.1, kernel 2.6.32-042stab141");

    public static final Generation OVZ7 = new Generation(
            "ovz7",
            new VzctlRelease("7.0.254"),
            KernelLine.VZ7,
            new IptablesRelease("1.4.21", IptablesRelease.Waiting.FLAG),
            LabBoot.RHEL7,
            Paths.RPM,
            "OpenVZ 7: vzctl 7.0.254, kernel 3.10, VEs are UUIDs");

    public static final Generation OVZ9 = new Generation(
            "ovz9",
            new VzctlRelease("9.0.1"),
            KernelLine.VZ9,
            IptablesRelease.OBSERVED,
            LabBoot.RHEL7,
            Paths.RPM,
            "Virtuozzo 9: vzctl 9.0.1, kernel 5.14, nothing to share and nothing withheld");

    /** Nobody knows it: to be reported and only observed. */
    public static final Generation UNKNOWN = new Generation(
            "unknown",
            new VzctlRelease("12.4"),
            KernelLine.ODD,
            IptablesRelease.OBSERVED,
            LabBoot.RHEL7,
            Paths.RPM,
            "a vzctl 12.4 and a kernel 6.12 that do not exist");

    private static final List<Generation> ALL = List.of(OBSERVED, LENNY, EL5, EL6, OVZ6, OVZ7, OVZ9, UNKNOWN);

    /** All that have a word, the usual one first. */
    public static List<Generation> all() {
        return ALL;
    }

    /** The generation of this word; empty for any other. */
    public static Optional<Generation> of(String word) {
        return ALL.stream().filter(each -> each.word().equals(word)).findFirst();
    }

    /** All words, for who gave another. */
    public static String words() {
        return ALL.stream().map(Generation::word).collect(Collectors.joining(", "));
    }

    /** Where a VE's root lies on the host, below its private area from 7 on. */
    public String rootOf(Ctid ctid) {
        return "/vz/private/" + ctid + (vzctl.keepsConfigInArea() ? "/fs" : "");
    }

    /** This one with another vzctl: {@code OVZ6.with(new VzctlRelease("5.1"))}. */
    public Generation with(VzctlRelease other) {
        return new Generation(word, other, kernel, iptables, boot, paths, about);
    }

    /** This one with another kernel. */
    public Generation with(KernelLine other) {
        return new Generation(word, vzctl, other, iptables, boot, paths, about);
    }

    /** This one with another iptables, on the host and in its VEs. */
    public Generation with(IptablesRelease other) {
        return new Generation(word, vzctl, kernel, other, boot, paths, about);
    }
}
