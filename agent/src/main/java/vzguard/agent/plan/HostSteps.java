package vzguard.agent.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Step;
import vzguard.policy.Policy;

/** What the kernel of the host must have: part of every plan that needs it, so that a VE can be planned alone. */
final class HostSteps {
    /** The module behind the guard's rules, by vzctl's name. */
    static final String RECENT = "ipt_recent";

    private static final String FILTER_6 = "ip6table_filter";

    private HostSteps() {}

    /** Adds the steps for modules that must be loaded, now and at the next boot. */
    static void modules(Draft draft, Policy policy, HostSnapshot host, List<GuardSeen> guards) {
        List<String> needed = needed(policy, host, guards);
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
        return policy.modules().require().contains(module)
                ? "the policy requires it and the host's kernel has not loaded it"
                : "the guard needs it and the host's kernel has not loaded it";
    }

    private static List<String> needed(Policy policy, HostSnapshot host, List<GuardSeen> guards) {
        Set<String> needed = new LinkedHashSet<>(policy.modules().require());
        if (!guards.isEmpty()) {
            needed.add(RECENT);
        }
        boolean blind6 = guards.stream()
                .anyMatch(guard -> guard.family() == Family.V6 && guard.rules().isEmpty());
        if (blind6 && !host.module(FILTER_6).present()) {
            needed.add(FILTER_6);
        }
        // Loaded without that the policy names it: by an earlier plan, or because something else uses it.
        if (policy.modules().persist() && host.modulesFile().content().lines().anyMatch(FILTER_6::equals)) {
            needed.add(FILTER_6);
        }
        return List.copyOf(needed);
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
        String after = withModules(before, missing);
        draft.add(new Step.PersistModules(
                path, after, missing, Diff.unified(path, before, after), "nothing loads it when the host boots"));
    }

    /** A file's content with lines for these modules added at its end. */
    static String withModules(String content, List<String> modules) {
        List<String> lines = new ArrayList<>();
        if (content.isEmpty()) {
            lines.add("# Loaded at boot; written by vzguard.");
        }
        lines.addAll(modules);
        String border = content.isEmpty() || content.endsWith("\n") ? "" : "\n";
        return content + border + String.join("\n", lines) + "\n";
    }
}
