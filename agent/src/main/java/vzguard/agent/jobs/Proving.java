package vzguard.agent.jobs;

import java.util.List;
import java.util.Optional;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.dialect.IptablesVersion;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Place;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.prove.AnnouncedProof;
import vzguard.agent.prove.ProofResult;
import vzguard.agent.prove.ProofSettings;
import vzguard.agent.prove.ProofTarget;
import vzguard.agent.prove.Prover;
import vzguard.agent.tools.HostAddresses;
import vzguard.policy.SshGuard;

/**
 * Proves the guard of a place with the settings that count: given ones, else those last applied by this agent, else those
 * that its rules or its stored rules show.
 */
public final class Proving {
    private final CommandRunner runner;
    private final Prover prover;
    private final Memory memory;

    public Proving(CommandRunner runner, Prover prover, Memory memory) {
        this.runner = runner;
        this.prover = prover;
        this.memory = memory;
    }

    /** Either results, one per family, or why nothing could be tried. */
    public record Proved(List<ProofResult> results, String obstacle) {
        public Proved {
            results = List.copyOf(results);
        }
    }

    /** Says that the guard of some place will be proven soon. */
    public AnnouncedProof announce() {
        return prover.announce();
    }

    /**
     * @param host as observed just now, with the VE if the place is one
     * @param given settings to prove; empty: those that were applied
     */
    public Proved prove(Place place, HostSnapshot host, Optional<SshGuard> given, AnnouncedProof announced) {
        Optional<VeSnapshot> ve = place.ctid().flatMap(host::ve);
        if (place.ctid().isPresent() && ve.isEmpty()) {
            return new Proved(List.of(), "there is no " + place.describe() + " on this host");
        }
        Optional<SshGuard> asked = given.or(() -> memory.applied(place).map(policy -> policy.sshGuard()));
        List<Place> sites = place.sites().stream()
                .filter(site -> asked.map(guard -> guard.placement().contains(site.placement()))
                        .orElseGet(() -> seen(host.at(site)).isPresent()))
                .toList();
        Optional<ProofSettings> settings = sites.isEmpty()
                ? Optional.empty()
                : asked.map(ProofSettings::of).or(() -> seen(host.at(sites.get(0))));
        if (settings.isEmpty()) {
            return new Proved(
                    List.of(), place.describe() + " has no guard of vzguard, and none was applied by this agent");
        }
        ProofTarget target = ve.map(seen -> ProofTarget.of(seen, settings.get(), sites))
                .orElseGet(() -> ProofTarget.ofHost(HostAddresses.all(runner), settings.get()))
                .withoutIpv6(noIpv6(host, ve, sites));
        return new Proved(prover.prove(target, announced), "");
    }

    /** Why none of the sites can have a guard that counts IPv6; the plan leaves it out there, with a warning. */
    private static Optional<String> noIpv6(HostSnapshot host, Optional<VeSnapshot> ve, List<Place> sites) {
        Dialect dialect = Dialect.of(host);
        List<IptablesVersion> there = sites.stream()
                .map(site -> ve.filter(inside -> site.inside().isPresent())
                        .map(inside -> IptablesVersion.of(inside.inside().iptables()))
                        .orElse(dialect.iptables()))
                .toList();
        return there.stream().anyMatch(dialect::guardsIpv6)
                ? Optional.empty()
                : Optional.of("nothing counts IPv6 there: " + dialect.whyNoIpv6(there.get(0)));
    }

    private static Optional<ProofSettings> seen(List<GuardSeen> guards) {
        boolean ipv6 = guards.stream()
                .anyMatch(guard -> guard.family() == Family.V6
                        && (guard.present() || guard.stored().rules().isPresent()));
        return guards.stream()
                .filter(guard -> guard.family() == Family.V4)
                .findFirst()
                .flatMap(guard -> guard.rules()
                        .flatMap(rules -> ProofSettings.of(rules, ipv6))
                        .or(() -> guard.stored().rules().flatMap(rules -> ProofSettings.of(rules, ipv6))));
    }
}
