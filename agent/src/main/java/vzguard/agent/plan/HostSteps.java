package vzguard.agent.plan;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import vzguard.agent.guard.HashlimitRule;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.ModuleState;
import vzguard.agent.model.ShareNames;
import vzguard.agent.model.Step;
import vzguard.policy.Policy;
import vzguard.policy.SshGuard;

/** What the kernel of the host must have: part of every plan that needs it, so that a VE can be planned alone. */
final class HostSteps {
    /** The module behind the guard's rules, by vzctl's name. */
    static final String RECENT = "ipt_recent";

    /** Behind a reset; of this one too, kernels ignore vzctl's bit. */
    static final String REJECT = "ipt_REJECT";

    /** vzctl has no name for it. */
    static final String REJECT_6 = "ip6t_REJECT";

    private HostSteps() {}

    /**
     * Adds the steps for modules that must be loaded, now and at the next boot.
     *
     * @param hashlimit some of the guards counts by that match too
     */
    static void modules(Draft draft, Policy policy, HostSnapshot host, List<GuardSeen> guards, boolean hashlimit) {
        List<String> needed = needed(policy, host, guards, hashlimit);
        for (String module : needed) {
            if (!host.module(module).present()) {
                draft.add(new Step.LoadModule(module, reason(policy, module)));
            }
        }
        if (policy.modules().persist()) {
            persist(draft, host, needed);
        }
    }

    private static String reason(Policy policy, String module) {
        String who = "the guard needs it";
        if (policy.modules().require().contains(module)) {
            who = "the policy requires it";
        } else if (required(policy).contains(module)) {
            who = policy.modules().require().stream()
                            .filter(name -> ShareNames.closure(List.of(name)).contains(module))
                            .collect(Collectors.joining(", "))
                    + ", which the policy requires, does nothing in a VE without it";
        }
        return who + " and the host's kernel has not loaded it";
    }

    /**
     * What the policy requires with what that implies, as it is shared with VEs: xt_state alone loads no connection tracking
     * for IPv4, and a VE cannot load it either. The tables bring ip_tables along.
     */
    private static List<String> required(Policy policy) {
        List<String> required = policy.modules().require();
        return ShareNames.closure(required).stream()
                .filter(module -> !module.equals("ip_tables") || required.contains(module))
                .toList();
    }

    private static List<String> needed(Policy policy, HostSnapshot host, List<GuardSeen> guards, boolean hashlimit) {
        Set<String> needed = new LinkedHashSet<>(required(policy));
        if (!guards.isEmpty()) {
            needed.add(RECENT);
        }
        if (hashlimit) {
            needed.addAll(HashlimitRule.MODULES);
        }
        for (GuardSeen guard : guards) {
            if (policy.sshGuard().action() == SshGuard.Action.REJECT) {
                needed.add(guard.family() == Family.V4 ? REJECT : REJECT_6);
            }
            String table = table(guard.family());
            boolean loaded = host.module(table).presence() == ModuleState.Presence.LOADED;
            if (loaded || (guard.rules().isEmpty() && !host.module(table).present())) {
                needed.add(table);
            }
        }
        return List.copyOf(needed);
    }

    /** What the filter table of a family is made of. A VE cannot load it: it finds it, or it has no table. */
    private static String table(Family family) {
        return family == Family.V4 ? "iptable_filter" : "ip6table_filter";
    }

    private static void persist(Draft draft, HostSnapshot host, List<String> needed) {
        List<String> missing = needed.stream()
                .filter(module -> !host.module(module).persisted())
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        String path = host.modulesFile().path();
        String before = host.modulesFile().content();
        String after = ModuleLines.added(path, before, missing);
        draft.add(new Step.PersistModules(
                path, after, missing, Diff.unified(path, before, after), "nothing loads it when the host boots"));
    }
}
