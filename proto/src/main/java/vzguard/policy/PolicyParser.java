package vzguard.policy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import vzguard.policy.SshGuard.Escalation;
import vzguard.values.CtidRanges;
import vzguard.values.Problem;
import vzguard.values.Quoted;

/**
 * Reads a policy's text: YAML, at most 256 KiB, one document. Finds all faults at once, each with its place and what is
 * permitted there; a text with a fault gives no policy. Pure; every method may be called by any thread.
 *
 * <p>{@code modules}, {@code sshGuard} and {@code rollout} may each be absent. Without {@code modules} nothing is
 * required beyond what the guard needs ({@link Modules#DEFAULT}); without {@code sshGuard} no guard is wanted
 * ({@link SshGuard#NONE}); a {@code sshGuard} that is there must have a placement. All keys and defaults stand in
 * docs/policy.md.
 */
public final class PolicyParser {
    private static final String VERSION = "vzguard/v1";
    private static final String KIND = "Policy";

    private PolicyParser() {}

    /**
     * What a text says.
     *
     * @param policy empty exactly when there are problems
     * @param problems in the order of the text; of more than 100 the first 100 and how many there are besides
     * @param warnings sentences about what is permitted and probably not meant; empty when there are problems
     */
    public record Parsed(Optional<Policy> policy, List<Problem> problems, List<String> warnings) {
        public Parsed {
            problems = List.copyOf(problems);
            warnings = List.copyOf(warnings);
        }
    }

    /** Never throws for any text. */
    public static Parsed parse(String text) {
        Faults faults = new Faults();
        Optional<Node> root = YamlText.read(text, faults);
        Optional<Policy> policy =
                root.map(node -> policy(Section.root(faults, node, List.of("apiVersion", "kind", "metadata", "spec"))));
        return faults.isEmpty() && policy.isPresent()
                ? new Parsed(policy, List.of(), PolicyWarnings.of(policy.get()))
                : new Parsed(Optional.empty(), faults.inOrder(), List.of());
    }

    private static Policy policy(Section root) {
        root.required("apiVersion", VERSION, exactly(VERSION));
        root.required("kind", KIND, exactly(KIND));
        Section metadata = root.section("metadata", true, List.of("name"));
        Section spec =
                root.section("spec", true, List.of("selector", "precedence", "modules", "sshGuard", "rollout", "mode"));
        return new Policy(
                metadata.required("name", "", Scalar.text(Limits::name)),
                selector(spec.section("selector", false, List.of("hosts", "ves"))),
                modules(spec.section("modules", false, List.of("require", "share", "persist"))),
                spec.has("sshGuard") ? sshGuard(spec) : SshGuard.NONE,
                RolloutReader.rollout(spec),
                spec.one("mode", Policy.Mode.ENFORCE, Scalar.word(Policy.Mode.class)),
                spec.one("precedence", 0, Scalar.number(Limits.PRECEDENCE)));
    }

    private static Selector selector(Section section) {
        return new Selector(
                section.one("hosts", HostTerms.ALL, Scalar.text(HostTerms::parse)),
                section.one("ves", CtidRanges.ALL, Scalar.text(CtidRanges::parse)));
    }

    private static Modules modules(Section section) {
        Modules fallback = Modules.DEFAULT;
        return new Modules(
                section.list("require", fallback.require(), Scalar.text(Limits::module), Limits::modules),
                section.one("share", fallback.share(), Scalar.word(Modules.Share.class)),
                section.one("persist", fallback.persist(), Scalar.flag()));
    }

    private static SshGuard sshGuard(Section spec) {
        Section section = spec.section(
                "sshGuard",
                false,
                List.of(
                        "placement",
                        "rule",
                        "ports",
                        "window",
                        "hits",
                        "list",
                        "action",
                        "allow",
                        "ipv6",
                        "ban",
                        "escalation"));
        SshGuard fallback = SshGuard.DEFAULT;
        SshGuard.Rule rule = section.one("rule", fallback.rule(), Scalar.word(SshGuard.Rule.class));
        Duration window = section.one("window", fallback.window(), Scalar.duration(Limits.WINDOW));
        Optional<Duration> given = section.has("ban")
                ? Optional.of(section.one("ban", window, Scalar.duration(Limits.BAN)))
                : Optional.empty();
        Duration ban = section.judged("ban", Duration.ZERO, () -> Limits.ban(rule, given, window));
        return new SshGuard(
                section.list(
                        "placement", fallback.placement(), Scalar.word(SshGuard.Placement.class), Limits::placement),
                rule,
                section.list("ports", fallback.ports(), Scalar.number(Limits.PORT), Limits::ports),
                window,
                section.one("hits", fallback.hits(), Scalar.number(Limits.HITS)),
                section.one("list", fallback.list(), Scalar.text(Limits::list)),
                section.one("action", fallback.action(), Scalar.word(SshGuard.Action.class)),
                section.list("allow", fallback.allow(), Scalar.text(Limits::allow), Limits::allow),
                section.one("ipv6", fallback.ipv6(), Scalar.flag()),
                ban,
                escalation(section, rule, ban));
    }

    private static Optional<Escalation> escalation(Section guard, SshGuard.Rule rule, Duration ban) {
        if (!guard.has("escalation")) {
            return Optional.empty();
        }
        Section section = guard.section("escalation", false, List.of("after", "within", "ban"));
        Escalation escalation = new Escalation(
                section.required("after", Limits.AFTER.least(), Scalar.number(Limits.AFTER)),
                section.required("within", Duration.ofSeconds(Limits.BAN.most()), Scalar.duration(Limits.BAN)),
                section.required("ban", Duration.ofSeconds(Limits.BAN.most()), Scalar.duration(Limits.BAN)));
        return guard.judged(
                "escalation", Optional.empty(), () -> Optional.of(Limits.escalation(rule, ban, escalation)));
    }

    private static Scalar<String> exactly(String permitted) {
        return Scalar.text(text -> {
            if (!text.equals(permitted)) {
                throw new IllegalArgumentException(Quoted.of(text) + " is not permitted (" + permitted + ")");
            }
            return text;
        });
    }
}
