package vzguard.policy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.schema.CoreSchema;
import vzguard.policy.RolloutSettings.Restarts;
import vzguard.policy.RolloutSettings.Wave;

/**
 * A policy's canonical text: every key, in a fixed order, one value per line, so that two texts differ where the
 * policies do. {@link PolicyParser} reads it back to an equal policy.
 */
public final class PolicyYaml {
    private static final DumpSettings SETTINGS = DumpSettings.builder()
            .setDefaultFlowStyle(FlowStyle.BLOCK)
            .setIndicatorIndent(2)
            .setIndentWithIndicator(true)
            .setSplitLines(false)
            .setWidth(Integer.MAX_VALUE)
            // Two empty lists may be one object, which would be written as an anchor and an alias.
            .setDereferenceAliases(true)
            // The schema of the reader: what it takes for a number or for nothing is put in quotation marks.
            .setSchema(new CoreSchema())
            .build();

    private PolicyYaml() {}

    public static String write(Policy policy) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("selector", selector(policy.selector()));
        spec.put("modules", modules(policy.modules()));
        if (policy.sshGuard().isWanted()) {
            spec.put("sshGuard", sshGuard(policy.sshGuard()));
        }
        spec.put("rollout", rollout(policy.rollout()));
        spec.put("mode", Words.of(policy.mode()));

        Map<String, Object> root = new LinkedHashMap<>();
        root.put("apiVersion", "vzguard/v1");
        root.put("kind", "Policy");
        root.put("metadata", Map.of("name", policy.name()));
        root.put("spec", spec);
        return new Dump(SETTINGS).dumpToString(root);
    }

    private static Map<String, Object> selector(Selector selector) {
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("hosts", selector.hosts().isAll() ? "*" : selector.hosts().toString());
        section.put("ves", selector.ves().toString());
        return section;
    }

    private static Map<String, Object> modules(Modules modules) {
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("require", modules.require());
        section.put("share", Words.of(modules.share()));
        section.put("persist", modules.persist());
        return section;
    }

    private static Map<String, Object> sshGuard(SshGuard guard) {
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("placement", guard.placement().stream().map(Words::of).toList());
        section.put("rule", Words.of(guard.rule()));
        section.put("ports", guard.ports());
        section.put("window", guard.window().toSeconds() + "s");
        section.put("hits", guard.hits());
        section.put("list", guard.list());
        section.put("action", Words.of(guard.action()));
        section.put("allow", guard.allow());
        section.put("ipv6", guard.ipv6());
        if (guard.rule() == SshGuard.Rule.FIXED_BAN) {
            section.put("ban", guard.ban().toSeconds() + "s");
        }
        guard.escalation().ifPresent(escalation -> section.put("escalation", escalation(escalation)));
        return section;
    }

    private static Map<String, Object> escalation(SshGuard.Escalation escalation) {
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("after", escalation.after());
        section.put("within", escalation.within().toSeconds() + "s");
        section.put("ban", escalation.ban().toSeconds() + "s");
        return section;
    }

    private static Map<String, Object> rollout(RolloutSettings rollout) {
        Restarts restarts = rollout.restarts();
        Map<String, Object> inner = new LinkedHashMap<>();
        inner.put("allow", restarts.allow());
        inner.put("perHost", restarts.perHost());
        inner.put("total", restarts.total());
        inner.put("window", restarts.window());

        Map<String, Object> section = new LinkedHashMap<>();
        section.put("canary", rollout.canary());
        section.put("waves", rollout.waves().stream().map(Wave::toString).toList());
        section.put("maxFailures", rollout.maxFailures());
        section.put("soak", rollout.soak().toSeconds() + "s");
        section.put("promote", Words.of(rollout.promotion()));
        section.put("restarts", inner);
        return section;
    }
}
