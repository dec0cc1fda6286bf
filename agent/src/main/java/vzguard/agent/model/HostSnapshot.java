package vzguard.agent.model;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import vzguard.values.Ctid;

/**
 * A host and its VEs, as observed in one pass.
 *
 * @param kernel as {@code uname -r}
 * @param switches what the kernel says about loading modules
 * @param vzctlVersion as {@code vzctl --version} says it ("4.11.1"); empty when there is none
 * @param iptablesVersion as {@code iptables --version} prints it; empty when there is none
 * @param bootId UUID of this boot; empty when the kernel does not say
 * @param modules every feature this agent knows of, by vzctl's name, sorted
 * @param vzConf what vz.conf says
 * @param modulesFile where a module must be written to be loaded at boot, and its content
 * @param guards the host's own guard, one per family
 * @param edges the guards at the edges of its VEs
 * @param failsafe addresses and blocks, canonical, that every guard of this host exempts, whatever a policy says
 * @param ves by CTID
 * @param veListReadable vzlist answered: a VE that is not in {@code ves} does not exist
 * @param problems what could not be observed, one sentence each
 * @param observedAt by the host's clock
 */
public record HostSnapshot(
        String name,
        String kernel,
        KernelSwitches switches,
        String vzctlVersion,
        String iptablesVersion,
        String bootId,
        SortedMap<String, ModuleState> modules,
        ShareConfig vzConf,
        ModulesFile modulesFile,
        List<GuardSeen> guards,
        Edges edges,
        List<String> failsafe,
        SortedMap<Ctid, VeSnapshot> ves,
        boolean veListReadable,
        List<String> problems,
        Instant observedAt) {

    public HostSnapshot {
        modules = Collections.unmodifiableSortedMap(new TreeMap<>(modules));
        guards = List.copyOf(guards);
        failsafe = List.copyOf(failsafe);
        ves = Collections.unmodifiableSortedMap(new TreeMap<>(ves));
        problems = List.copyOf(problems);
    }

    /**
     * The file from which modules are loaded at boot.
     *
     * @param path {@code /etc/modules-load.d/vzguard.conf} where that directory exists; on RHEL 5 and 6 {@code
     *     /etc/sysconfig/modules/vzguard.modules}; else {@code /etc/modules}
     * @param content as it is now; empty when there is no such file
     */
    public record ModulesFile(String path, String content) {}

    /** What is known of a module; absent when it was not looked for. */
    public ModuleState module(String name) {
        ModuleState state = modules.get(name);
        return state == null ? ModuleState.absent(name) : state;
    }

    public Optional<VeSnapshot> ve(Ctid ctid) {
        return Optional.ofNullable(ves.get(ctid));
    }

    /** Guards of a target, wherever they are: the host's own; those in a VE, and those at its edge. */
    public List<GuardSeen> guards(Place target) {
        return target.sites().stream().flatMap(site -> at(site).stream()).toList();
    }

    /** The guards at one site, one per family. */
    public List<GuardSeen> at(Place site) {
        return site.ctid()
                .map(ctid -> site.edge()
                        ? edges.of(ctid)
                        : ve(ctid).map(ve -> ve.inside().guards()).orElse(List.of()))
                .orElse(guards);
    }

    public Optional<GuardSeen> guard(Family family) {
        return guards.stream().filter(guard -> guard.family() == family).findFirst();
    }

    /** SHA-256 (hex) over the host's own part, without VEs, times and counters. */
    public String hostDigest() {
        return Digests.sha256(
                name,
                kernel,
                switches.toString(),
                vzctlVersion,
                iptablesVersion,
                bootId,
                modules.values().toString(),
                vzConf.toString(),
                modulesFile.toString(),
                guards.stream().map(GuardSeen::identity).collect(Collectors.joining("\n")),
                problems.toString());
    }

    public HostSnapshot withVe(VeSnapshot ve) {
        SortedMap<Ctid, VeSnapshot> changed = new TreeMap<>(ves);
        changed.put(ve.ctid(), ve);
        return new HostSnapshot(
                name,
                kernel,
                switches,
                vzctlVersion,
                iptablesVersion,
                bootId,
                modules,
                vzConf,
                modulesFile,
                guards,
                edges,
                failsafe,
                changed,
                veListReadable,
                problems,
                observedAt);
    }
}
