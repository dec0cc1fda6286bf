package vzguard.agent.diagnose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.NetfilterMode;
import vzguard.agent.model.Share;
import vzguard.agent.model.ShareConfig;
import vzguard.agent.model.VeSnapshot;

/** What is wrong with vz.conf or a VE's config, as this host's vzctl reads it. Pure. */
final class Configs {
    private Configs() {}

    static List<Cause> ofHost(DiagnosisFacts facts) {
        ShareConfig vzConf = facts.host().vzConf();
        List<Cause> causes = new ArrayList<>();
        if (!vzConf.readable() && !facts.host().vzctlVersion().isEmpty()) {
            causes.add(unreadable(vzConf, "vzctl cannot do anything without it"));
        }
        Sharing.duplicates(vzConf, "vz.conf").ifPresent(causes::add);
        unknownNames(facts, vzConf, "vz.conf").ifPresent(causes::add);
        if (Dialect.of(facts.host()).hasNetfilter() && vzConf.netfilter().isPresent()) {
            causes.add(Cause.of(
                            CauseCode.NETFILTER_IGNORED,
                            "NETFILTER= stands in " + vzConf.path()
                                    + ", where vzctl passes over it: each VE has its own",
                            "policy key modules.share: netfilter; and take the line out of " + vzConf.path())
                    .with(Evidence.ofFile(
                            vzConf.path(),
                            "NETFILTER=" + vzConf.netfilter().get().word())));
        }
        return causes;
    }

    static List<Cause> ofVe(DiagnosisFacts facts, VeSnapshot ve) {
        String where = "the config of VE " + ve.ctid();
        List<Cause> causes = new ArrayList<>();
        if (!ve.config().readable()) {
            causes.add(unreadable(ve.config(), "vzctl set would make a new one without any other setting"));
        }
        Sharing.duplicates(ve.config(), where).ifPresent(causes::add);
        unknownNames(facts, ve.config(), where).ifPresent(causes::add);
        Sharing.netfilterWins(facts, ve).ifPresent(causes::add);
        disabled(ve).ifPresent(causes::add);
        return causes;
    }

    private static Cause unreadable(ShareConfig config, String so) {
        return Cause.of(
                        CauseCode.CONFIG_UNREADABLE,
                        config.path() + " cannot be read: " + so,
                        "bring " + config.path() + " back from a backup")
                .with(Evidence.ofFile(config.path(), "no such file, or it is empty or not readable"));
    }

    /** vzctl skips them with a warning that nobody sees, or takes the whole value for wrong (facts 3.3). */
    private static Optional<Cause> unknownNames(DiagnosisFacts facts, ShareConfig config, String where) {
        Dialect dialect = Dialect.of(facts.host());
        if (!dialect.vzctl().isKnown() || !dialect.vzctl().hasIptables()) {
            return Optional.empty();
        }
        List<String> unknown = config.names().orElse(List.of()).stream()
                // Its kernels do not ask for this one.
                .filter(name -> !dialect.knows(name) && !name.equals("ipt_recent"))
                .toList();
        return unknown.isEmpty()
                ? Optional.empty()
                : Optional.of(Cause.of(
                                CauseCode.SHARE_NAME_UNKNOWN,
                                where + " shares " + String.join(", ", unknown) + ", which vzctl "
                                        + facts.host().vzctlVersion() + " does not know and passes over silently",
                                "vzctl's own names: docs/policy.md has them; ipt_recent for xt_recent, ipt_state for"
                                        + " xt_state")
                        .with(Evidence.ofFile(
                                config.path(),
                                "IPTABLES=" + String.join(" ", config.names().orElse(List.of())))));
    }

    /** Nothing at all: iptables cannot even open a table. */
    static Optional<Cause> disabled(VeSnapshot ve) {
        boolean disabled = ve.startedWith().orElse(ve.effective()) instanceof Share.Mode mode
                && mode.mode() == NetfilterMode.DISABLED;
        return disabled
                ? Optional.of(Cause.of(
                                CauseCode.NETFILTER_DISABLED,
                                "NETFILTER=disabled of VE " + ve.ctid() + ": iptables there cannot open any table",
                                "policy key modules.share: netfilter; or vzctl set " + ve.ctid()
                                        + " --netfilter stateless --save, and a restart; sshGuard.placement: [edge] needs"
                                        + " neither")
                        .needingRestart()
                        .with(Evidence.ofFile(ve.config().path(), "NETFILTER=disabled")))
                : Optional.empty();
    }
}
