package vzguard.cli.render;

import java.util.Comparator;
import java.util.List;
import vzguard.v1.PolicySpec;
import vzguard.v1.PolicyView;

/** Policies as tables, and one in the operator's own words. */
public final class PolicyText {
    private PolicyText() {}

    public static List<PolicyView> sorted(List<PolicyView> policies) {
        return policies.stream()
                .sorted(Comparator.comparing(PolicyView::getName, NaturalOrder.NATURAL))
                .toList();
    }

    public static String table(List<PolicyView> policies, Screen screen) {
        Table table = new Table("POLICY", "REVISION", "MODE", "HOSTS", "VES", "SELECTOR", "AGE", "BY");
        for (PolicyView policy : sorted(policies)) {
            PolicySpec spec = policy.getSpec();
            table.add(
                    policy.getName(),
                    policy.getRevision(),
                    Words.lower(spec.getMode(), "POLICY_MODE_"),
                    policy.getHostsSelected(),
                    policy.getVesSelected(),
                    selector(spec),
                    Ages.since(policy.hasCreatedAt(), policy.getCreatedAt(), screen.now()),
                    Text.orDash(policy.getCreatedBy()));
        }
        return screen.render(table);
    }

    /** Newest first, as the controller sends them. */
    public static String history(List<PolicyView> revisions, Screen screen) {
        Table table = new Table("REVISION", "TIME", "BY", "SELECTOR");
        for (PolicyView policy : revisions) {
            table.add(
                    policy.getRevision(),
                    policy.hasCreatedAt() ? Ages.time(policy.getCreatedAt()) : "-",
                    Text.orDash(policy.getCreatedBy()),
                    selector(policy.getSpec()));
        }
        return screen.render(table);
    }

    /** A comment with what the controller knows, then the text as it was applied: it can be applied again. */
    public static String show(PolicyView policy, Screen screen) {
        String head = "# " + policy.getName() + ", revision " + policy.getRevision()
                + (policy.hasCreatedAt() ? ", " + Ages.time(policy.getCreatedAt()) : "")
                + (policy.getCreatedBy().isEmpty() ? "" : ", by " + policy.getCreatedBy()) + "; selects "
                + Text.count(policy.getHostsSelected(), "host") + ", " + Text.count(policy.getVesSelected(), "VE");
        return screen.paint(Tone.DIM, Text.line(head)) + "\n" + Text.block(policy.getText());
    }

    private static String selector(PolicySpec spec) {
        String hosts = spec.getSelector().getHosts();
        String ves = spec.getSelector().getVes();
        return (hosts.isEmpty() ? "*" : hosts) + "/" + (ves.isEmpty() ? "*" : ves);
    }
}
