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
        spec.put("precedence", policy.precedence());
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
        Map<String, Object> brake = new LinkedHashMap<>();
        brake.put("wave", rollout.brake().wave() + "%");
        brake.put("label", rollout.brake().label());
        brake.put("group", rollout.brake().group() + "%");

        Map<String, Object> perWave = new LinkedHashMap<>();
        put(rollout.thresholds().perWave(), perWave);

        Map<String, Object> section = new LinkedHashMap<>();
        section.put("canary", rollout.canary());
        section.put("waves", rollout.waves().stream().map(Wave::toString).toList());
        put(rollout.thresholds().overall(), section);
        section.put("perWave", perWave);
        section.put("soak", rollout.soak().toSeconds() + "s");
        section.put("promote", Words.of(rollout.promotion()));
        section.put("expires", rollout.expires().toSeconds() + "s");
        section.put("brake", brake);
        section.put("restarts", restarts(rollout.restarts()));
        return section;
    }

    private static void put(Thresholds.Counts counts, Map<String, Object> section) {
        section.put("maxFailures", value(counts.failures()));
        section.put("maxRefused", value(counts.refused()));
        section.put("maxUnreachable", value(counts.unreachable()));
        section.put("maxTimedOut", value(counts.timedOut()));
    }

    /** A number stands without quotation marks. */
    private static Object value(Threshold threshold) {
        return threshold.percent() ? threshold.toString() : (Object) threshold.value();
    }

    private static Map<String, Object> restarts(Restarts restarts) {
        Map<String, Object> section = new LinkedHashMap<>();
        section.put("allow", restarts.allow());
        section.put("perHost", restarts.perHost());
        section.put("total", restarts.total());
        restarts.perGroup().ifPresent(group -> {
            Map<String, Object> inner = new LinkedHashMap<>();
            inner.put("label", group.label());
            inner.put("max", group.max());
            section.put("perGroup", inner);
        });
        section.put("window", restarts.window());
        section.put("cutoff", restarts.cutoff().toSeconds() + "s");
        section.put("freeze", restarts.freezes().stream().map(Freeze::toString).toList());
        return section;
    }
}
