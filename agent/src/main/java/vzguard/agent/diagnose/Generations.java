package vzguard.agent.diagnose;

import java.util.List;
import java.util.Optional;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.dialect.IptablesVersion;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;

/** What is wrong because of the generation that host or place are of. Pure. */
final class Generations {
    private Generations() {}

    static Optional<Cause> unknown(DiagnosisFacts facts) {
        Dialect dialect = Dialect.of(facts.host());
        List<String> unknown = dialect.unknown();
        // What says nothing at all is missing, which other causes tell.
        boolean saysOne = (!facts.host().vzctlVersion().isEmpty()
                        && !dialect.vzctl().isKnown())
                || (!facts.host().kernel().isEmpty() && !dialect.kernel().isKnown());
        return !saysOne
                ? Optional.empty()
                : Optional.of(Cause.of(
                                CauseCode.GENERATION_UNKNOWN,
                                String.join("; ", unknown) + ": this host is only observed, nothing is changed",
                                "a vzguard that knows it; docs/generations.md has those that this one knows")
                        .with(Evidence.ofProgram(
                                "vzctl --version", 0, facts.host().vzctlVersion()))
                        .with(Evidence.ofProgram("uname -r", 0, facts.host().kernel())));
    }

    /** facts 5.1: an iptables of a new distribution on an old kernel. */
    static Optional<Cause> nftWithoutKernel(DiagnosisFacts facts, Experiment experiment) {
        boolean nft = there(facts, experiment).backend() == IptablesVersion.Backend.NFT;
        return !nft || Dialect.of(facts.host()).kernel().mayHaveNfTables()
                ? Optional.empty()
                : Optional.of(Cause.of(
                                CauseCode.NFT_WITHOUT_KERNEL,
                                "iptables of " + facts.place().describe() + " speaks to nf_tables, which kernel "
                                        + facts.host().kernel() + " has not: no rule can be read or written",
                                "there: update-alternatives --set iptables /usr/sbin/iptables-legacy, and the same for"
                                        + " ip6tables")
                        .with(experiment.iptables().orElseThrow()));
    }

    /** The place is reached over IPv6, guarded over IPv4, and nothing guards IPv6. */
    static Optional<Cause> ipv6(DiagnosisFacts facts, Experiment experiment) {
        boolean guarded4 = facts.guards().stream()
                .anyMatch(guard -> guard.family() == Family.V4
                        && (guard.present() || !guard.copies().isEmpty()));
        boolean guarded6 = facts.guards().stream()
                .anyMatch(guard -> guard.family() == Family.V6
                        && (guard.present() || !guard.copies().isEmpty()));
        boolean hasGuards6 = facts.guards().stream().map(GuardSeen::family).anyMatch(Family.V6::equals);
        if (!facts.signs().ipv6Address() || !guarded4 || guarded6 || !hasGuards6) {
            return Optional.empty();
        }
        Dialect dialect = Dialect.of(facts.host());
        IptablesVersion there = there(facts, experiment);
        String name = facts.place().describe() + " is reached over IPv6 too, where nothing guards its SSH port: ";
        if (!dialect.kernel().recentCountsIpv6()) {
            return Optional.of(Cause.of(
                            CauseCode.IPV6_UNGUARDED,
                            name + dialect.whyNoIpv6(there),
                            "close the port for IPv6 but for your own networks; this kernel cannot count there")
                    .with(Evidence.ofProgram("uname -r", 0, dialect.release())));
        }
        if (there.isKnown() && !there.knowsMask()) {
            return Optional.of(Cause.of(
                            CauseCode.IPTABLES_TOO_OLD,
                            name + dialect.whyNoIpv6(there),
                            "a newer iptables there; or close the port for IPv6 but for your own networks")
                    .with(experiment.iptables().orElseThrow()));
        }
        boolean byPolicy = facts.applied().filter(settings -> !settings.ipv6()).isPresent();
        boolean byNobody = facts.applied().isEmpty();
        return byPolicy || byNobody
                ? Optional.of(Cause.of(
                        CauseCode.IPV6_UNGUARDED,
                        name + (byPolicy ? "the policy says ipv6: false" : "what guards IPv4 does not see it"),
                        byPolicy ? "policy key sshGuard.ipv6: true" : "apply a policy; it guards both"))
                : Optional.empty();
    }

    private static IptablesVersion there(DiagnosisFacts facts, Experiment experiment) {
        String printed = experiment
                .iptables()
                .map(Evidence::text)
                .orElseGet(() -> facts.ve()
                        .map(ve -> ve.inside().iptables())
                        .orElse(facts.host().iptablesVersion()));
        return IptablesVersion.of(printed.lines().findFirst().orElse(""));
    }
}
