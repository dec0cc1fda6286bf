package vzguard.agent.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Family;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.ModuleState;
import vzguard.agent.model.NetfilterMode;
import vzguard.agent.model.Permission;
import vzguard.agent.model.Share;
import vzguard.agent.model.ShareConfig;
import vzguard.agent.model.ShareNames;
import vzguard.agent.model.Step;
import vzguard.agent.model.VeSnapshot;
import vzguard.agent.tools.ConfigText;
import vzguard.policy.Modules;
import vzguard.policy.Policy;
import vzguard.policy.SshGuard.Placement;

/** How a VE comes to be allowed what is wanted: the cheapest config edit that takes nothing away. */
final class ShareSteps {
    private final Policy policy;
    private final HostSnapshot host;
    private final Dialect dialect;

    ShareSteps(Policy policy, HostSnapshot host) {
        this.policy = policy;
        this.host = host;
        this.dialect = Dialect.of(host);
    }

    /** vzctl's names that this VE should be permitted, with what they imply. */
    List<String> wanted(VeSnapshot ve) {
        boolean automatic = policy.modules().share() == Modules.Share.AUTO;
        Set<String> wanted = new LinkedHashSet<>();
        policy.modules().require().stream()
                .filter(module -> !automatic || ShareNames.enforced(module))
                .forEach(wanted::add);
        if (policy.sshGuard().placement().contains(Placement.VE)) {
            wanted.add("iptable_filter");
            if (refusedThoughLoaded(ve).isPresent()) {
                wanted.add(HostSteps.RECENT);
            }
        }
        return ShareNames.closure(wanted).stream().filter(dialect::knows).toList();
    }

    /**
     * The experiment that shows that the VE may not use what the host has loaded; empty when nothing shows it, or when the
     * VE is to have no guard.
     */
    Optional<Permission> refusedThoughLoaded(VeSnapshot ve) {
        if (!policy.sshGuard().placement().contains(Placement.VE)) {
            return Optional.empty();
        }
        ModuleState recent = host.module(HostSteps.RECENT);
        return ve.inside().permission("recent").filter(tried -> !tried.permitted() && recent.present());
    }

    /**
     * What is shared with a VE that runs, and bound when a VE starts, and was not loaded when this one did: it is there
     * after a restart. None on kernels that bind nothing then.
     */
    List<String> boundTooLate(VeSnapshot ve, List<String> wanted) {
        boolean noTable = ve.inside()
                .guard(Family.V4)
                .filter(guard -> guard.rules().isEmpty())
                .isPresent();
        return wanted.stream()
                .filter(module -> dialect.kernel().boundAtStart(module))
                .filter(module ->
                        ve.startedWith().map(given -> given.permits(module)).orElse(true))
                .filter(module -> module.equals("iptable_filter")
                        ? noTable
                        : module.startsWith("ip_conntrack") && !ve.inside().conntrack())
                .toList();
    }

    /** Adds the edit that is needed, if any. */
    void add(Draft draft, VeSnapshot ve, List<String> wanted) {
        ShareConfig config = ve.config();
        boolean modeRules = dialect.hasNetfilter() && config.netfilter().isPresent();
        if (policy.modules().share() == Modules.Share.NETFILTER) {
            netfilter(draft, ve, wanted);
        } else if (ve.effective().permitsAll(wanted)) {
            return;
        } else if (modeRules) {
            draft.warn("VE " + ve.ctid() + " has NETFILTER="
                    + config.netfilter().get().word()
                    + ", which wins over every IPTABLES=: the mode is raised instead of the list");
            netfilter(draft, ve, wanted);
        } else if (policy.modules().share() == Modules.Share.GLOBAL
                && config.names().isEmpty()) {
            global(draft, wanted);
        } else {
            if (policy.modules().share() == Modules.Share.GLOBAL) {
                draft.warn(
                        "VE " + ve.ctid() + " has a list of its own, which replaces vz.conf's: that list is extended");
            }
            perVe(draft, ve, wanted);
        }
    }

    private void netfilter(Draft draft, VeSnapshot ve, List<String> wanted) {
        if (!dialect.hasNetfilter()) {
            draft.block(
                    CauseCode.NETFILTER_UNSUPPORTED,
                    "vzctl " + host.vzctlVersion() + " has no --netfilter (it came with 4.7 and left with 8)",
                    "modules.share: per-ve");
            return;
        }
        NetfilterMode mode = ve.effective().mode();
        for (String module : wanted) {
            NetfilterMode needed = ShareNames.modeFor(module);
            mode = mode.covers(needed) ? mode : needed;
        }
        if (ve.config().netfilter().equals(Optional.of(mode)) || duplicate(draft, ve, "NETFILTER")) {
            return;
        }
        String before = ve.config().netfilter().map(NetfilterMode::word).orElse("");
        draft.add(new Step.ShareNetfilter(
                ve.ctid(),
                mode,
                valueDiff(ve.config().path(), "NETFILTER", before, mode.word()),
                "VE " + ve.ctid() + " may use " + ve.effective().describe() + "; the policy asks for "
                        + String.join(" ", wanted)));
    }

    private boolean duplicate(Draft draft, VeSnapshot ve, String key) {
        boolean found = ve.config().duplicates().contains(key);
        if (found) {
            draft.block(
                    CauseCode.DUPLICATE_KEY,
                    ve.config().path() + " sets " + key
                            + " more than once: vzctl would rewrite the first and go on reading the last",
                    "remove all but one line " + key + "= from " + ve.config().path());
        }
        return found;
    }

    private void perVe(Draft draft, VeSnapshot ve, List<String> wanted) {
        if (duplicate(draft, ve, "IPTABLES")) {
            return;
        }
        List<String> all = union(ve.effective(), wanted);
        String before =
                ve.config().names().map(names -> String.join(" ", names)).orElse("");
        draft.add(new Step.ShareVe(
                ve.ctid(),
                all,
                valueDiff(ve.config().path(), "IPTABLES", before, String.join(" ", all)),
                "VE " + ve.ctid() + " lacks " + String.join(" ", missing(ve.effective(), wanted))));
    }

    /** vzctl set replaces the list: what is shared already is named again. */
    private List<String> union(Share effective, List<String> wanted) {
        List<String> all = new ArrayList<>(wanted);
        if (effective instanceof Share.Names names) {
            all.addAll(names.modules());
        }
        return ShareNames.closure(all).stream().filter(dialect::knows).toList();
    }

    private static List<String> missing(Share share, List<String> wanted) {
        return wanted.stream().filter(module -> !share.permits(module)).toList();
    }

    /** What the policy requires, in names that this vzctl takes, with what they imply. */
    List<String> required() {
        return ShareNames.closure(policy.modules().require()).stream()
                .filter(dialect::knows)
                .toList();
    }

    /** Adds the edit of vz.conf, when its list lacks something. */
    void global(Draft draft, List<String> wanted) {
        ShareConfig global = host.vzConf();
        Share now = dialect.effective(ShareConfig.absent(""), global);
        if (now.permitsAll(wanted)) {
            return;
        }
        if (!global.readable()) {
            draft.block(CauseCode.CONFIG_UNREADABLE, global.path() + " cannot be read", "");
            return;
        }
        if (global.duplicates().contains("IPTABLES")) {
            draft.block(
                    CauseCode.DUPLICATE_KEY,
                    global.path() + " sets IPTABLES more than once: only the last line counts",
                    "remove all but one line IPTABLES= from " + global.path());
            return;
        }
        List<String> missing = missing(now, wanted);
        String after = ConfigText.parse(global.text()).withWords("IPTABLES", missing, ShareNames.DEFAULT);
        draft.warn(
                "IPTABLES= of " + global.path() + " counts for every VE of this host without a list of its own, at its"
                        + " next start; on hosts without IPTABLES_MODULES= service vz also loads what it names");
        draft.add(new Step.ShareGlobal(
                global.path(),
                missing,
                Diff.unified(global.path(), global.text(), after),
                global.path() + " does not share " + String.join(" ", missing)));
    }

    private static String valueDiff(String path, String key, String before, String after) {
        String old = before.isEmpty() ? "" : key + "=\"" + before + "\"\n";
        return Diff.unified(path, old, key + "=\"" + after + "\"\n");
    }
}
