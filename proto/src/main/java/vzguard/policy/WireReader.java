package vzguard.policy;

import com.google.protobuf.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import vzguard.policy.RolloutSettings.Brake;
import vzguard.policy.RolloutSettings.PerGroup;
import vzguard.policy.RolloutSettings.Restarts;
import vzguard.policy.RolloutSettings.Wave;
import vzguard.policy.SshGuard.Escalation;
import vzguard.policy.SshGuard.Placement;
import vzguard.policy.Thresholds.Counts;
import vzguard.v1.BrakeSpec;
import vzguard.v1.EscalationSpec;
import vzguard.v1.ModulesSpec;
import vzguard.v1.PerGroupSpec;
import vzguard.v1.PolicySpec;
import vzguard.v1.RestartSpec;
import vzguard.v1.RolloutSpec;
import vzguard.v1.SelectorSpec;
import vzguard.v1.SshGuardSpec;
import vzguard.v1.StopSpec;
import vzguard.values.CtidRanges;

/** Reads one policy from the wire and gathers what is wrong with it. Used once, by one thread. */
final class WireReader {
    private static final Range PERCENT = new Range(1, 100);

    private final List<String> faults = new ArrayList<>();

    Policy policy(PolicySpec spec) {
        Policy policy = read(spec);
        if (!faults.isEmpty()) {
            throw new IllegalArgumentException("policy refused: " + String.join("; ", faults));
        }
        return policy;
    }

    private Policy read(PolicySpec spec) {
        known("", spec);
        present("selector", spec.hasSelector());
        present("modules", spec.hasModules());
        present("rollout", spec.hasRollout());
        return new Policy(
                value("name", "", () -> Limits.name(spec.getName())),
                selector(spec.getSelector()),
                spec.hasModules() ? modules(spec.getModules()) : Modules.DEFAULT,
                spec.hasSshGuard() ? sshGuard(spec.getSshGuard()) : SshGuard.NONE,
                spec.hasRollout() ? rollout(spec.getRollout()) : RolloutSettings.DEFAULT,
                word("mode", Policy.Mode.ENFORCE, spec.getMode(), "POLICY_MODE_"),
                value("precedence", 0, () -> Limits.PRECEDENCE.check(unsigned(spec.getPrecedence()))));
    }

    private Selector selector(SelectorSpec spec) {
        known("selector", spec);
        return new Selector(
                value("selector.hosts", HostTerms.ALL, () -> HostTerms.parse(spec.getHosts())),
                value("selector.ves", CtidRanges.ALL, () -> CtidRanges.parse(spec.getVes())));
    }

    private Modules modules(ModulesSpec spec) {
        known("modules", spec);
        List<String> require = each("modules.require", spec.getRequireList(), Limits::module);
        return new Modules(
                value("modules.require", List.of(), () -> Limits.modules(require)),
                word("modules.share", Modules.Share.AUTO, spec.getShare(), "SHARE_"),
                spec.getPersist());
    }

    private SshGuard sshGuard(SshGuardSpec spec) {
        known("sshGuard", spec);
        List<Placement> placement = each(
                "sshGuard.placement", spec.getPlacementList(), place -> constant(Placement.class, place, "PLACEMENT_"));
        List<Integer> ports = each("sshGuard.ports", spec.getPortsList(), port -> Limits.PORT.check(unsigned(port)));
        var allow = each("sshGuard.allow", spec.getAllowList(), Limits::allow);
        SshGuard.Rule rule = word("sshGuard.rule", SshGuard.Rule.FIELD_REPORT, spec.getRule(), "GUARD_RULE_");
        Duration window =
                value("sshGuard.window", Duration.ZERO, () -> seconds(Limits.WINDOW, spec.getWindowSeconds()));
        Duration ban = value("sshGuard.ban", Duration.ZERO, () -> Limits.ban(rule, ban(spec), window));
        return new SshGuard(
                placement.size() < spec.getPlacementCount()
                        ? Set.copyOf(placement)
                        : value("sshGuard.placement", Set.of(), () -> Limits.placement(placement)),
                rule,
                ports.size() < spec.getPortsCount()
                        ? ports
                        : value("sshGuard.ports", List.of(), () -> Limits.ports(ports)),
                window,
                value("sshGuard.hits", 0, () -> Limits.HITS.check(unsigned(spec.getHits()))),
                value("sshGuard.list", "", () -> Limits.list(spec.getList())),
                word("sshGuard.action", SshGuard.Action.DROP, spec.getAction(), "GUARD_ACTION_"),
                value("sshGuard.allow", List.of(), () -> Limits.allow(allow)),
                spec.getIpv6(),
                ban,
                spec.hasEscalation() ? escalation(spec.getEscalation(), rule, ban) : Optional.empty());
    }

    /** Senders from before this setting, and those with another rule, say 0. */
    private static Optional<Duration> ban(SshGuardSpec spec) {
        return spec.getBanSeconds() == 0 ? Optional.empty() : Optional.of(seconds(Limits.BAN, spec.getBanSeconds()));
    }

    private Optional<Escalation> escalation(EscalationSpec spec, SshGuard.Rule rule, Duration ban) {
        known("sshGuard.escalation", spec);
        int sound = faults.size();
        Escalation escalation = new Escalation(
                value("sshGuard.escalation.after", 0, () -> Limits.AFTER.check(unsigned(spec.getAfter()))),
                value("sshGuard.escalation.within", Duration.ZERO, () -> seconds(Limits.BAN, spec.getWithinSeconds())),
                value("sshGuard.escalation.ban", Duration.ZERO, () -> seconds(Limits.BAN, spec.getBanSeconds())));
        return faults.size() > sound
                ? Optional.empty()
                : value(
                        "sshGuard.escalation",
                        Optional.empty(),
                        () -> Optional.of(Limits.escalation(rule, ban, escalation)));
    }

    private RolloutSettings rollout(RolloutSpec spec) {
        known("rollout", spec);
        present("rollout.restarts", spec.hasRestarts());
        List<Wave> waves = each("rollout.waves", spec.getWavesList(), Limits::wave);
        return new RolloutSettings(
                value("rollout.canary", 0, () -> Limits.CANARY.check(unsigned(spec.getCanary()))),
                waves.size() < spec.getWavesCount()
                        ? waves
                        : value("rollout.waves", List.of(), () -> Limits.waves(waves)),
                thresholds(spec),
                value("rollout.soak", Duration.ZERO, () -> seconds(Limits.SOAK, spec.getSoakSeconds())),
                spec.getManualPromotion() ? RolloutSettings.Promotion.MANUAL : RolloutSettings.Promotion.AUTO,
                spec.getExpiresSeconds() == 0
                        ? RolloutSettings.DEFAULT_EXPIRES
                        : value(
                                "rollout.expires",
                                RolloutSettings.DEFAULT_EXPIRES,
                                () -> seconds(Limits.EXPIRES, spec.getExpiresSeconds())),
                spec.hasBrake() ? brake(spec.getBrake()) : Brake.DEFAULT,
                spec.hasRestarts() ? restarts(spec.getRestarts()) : RolloutSettings.DEFAULT.restarts());
    }

    private Thresholds thresholds(RolloutSpec spec) {
        Threshold failures = value(
                "rollout.maxFailures",
                Threshold.NEVER,
                () -> threshold(Integer.toUnsignedString(spec.getMaxFailures()), Threshold.NEVER));
        Counts overall =
                counts("rollout.", spec.getStop(), Thresholds.failures(failures).overall());
        return new Thresholds(
                overall,
                counts(
                        "rollout.perWave.",
                        spec.getStopPerWave(),
                        Thresholds.failures(failures).perWave()));
    }

    private Counts counts(String path, StopSpec spec, Counts fallback) {
        known(path, spec);
        return new Counts(
                value(path + "maxFailures", Threshold.NEVER, () -> threshold(spec.getFailures(), fallback.failures())),
                value(path + "maxRefused", Threshold.NEVER, () -> threshold(spec.getRefused(), fallback.refused())),
                value(
                        path + "maxUnreachable",
                        Threshold.NEVER,
                        () -> threshold(spec.getUnreachable(), fallback.unreachable())),
                value(path + "maxTimedOut", Threshold.NEVER, () -> threshold(spec.getTimedOut(), fallback.timedOut())));
    }

    /** Senders from before a setting do not name it. */
    private static Threshold threshold(String text, Threshold fallback) {
        return text.isEmpty() ? fallback : Limits.threshold(text);
    }

    private Brake brake(BrakeSpec spec) {
        known("rollout.brake", spec);
        return new Brake(
                value("rollout.brake.wave", 1, () -> PERCENT.check(unsigned(spec.getWavePercent()))),
                value("rollout.brake.label", "", () -> Limits.label(spec.getLabel())),
                value("rollout.brake.group", 1, () -> PERCENT.check(unsigned(spec.getGroupPercent()))));
    }

    private Restarts restarts(RestartSpec spec) {
        known("rollout.restarts", spec);
        String window = value("rollout.restarts.window", "", () -> Limits.restartWindow(spec.getWindow()));
        List<Freeze> freezes = each("rollout.restarts.freeze", spec.getFreezeList(), Limits::freeze);
        return new Restarts(
                spec.getAllow(),
                value("rollout.restarts.perHost", 0, () -> Limits.PER_HOST.check(unsigned(spec.getPerHost()))),
                value("rollout.restarts.total", 0, () -> Limits.TOTAL.check(unsigned(spec.getTotal()))),
                spec.hasPerGroup() ? Optional.of(perGroup(spec.getPerGroup())) : Optional.empty(),
                window,
                value(
                        "rollout.restarts.cutoff",
                        Duration.ZERO,
                        () -> Limits.cutoff(seconds(Limits.CUTOFF, spec.getCutoffSeconds()), window)),
                value("rollout.restarts.freeze", List.of(), () -> Limits.freezes(freezes)));
    }

    private PerGroup perGroup(PerGroupSpec spec) {
        known("rollout.restarts.perGroup", spec);
        return new PerGroup(
                value("rollout.restarts.perGroup.label", "", () -> Limits.label(spec.getLabel())),
                value("rollout.restarts.perGroup.max", 1, () -> Limits.GROUP.check(unsigned(spec.getMax()))));
    }

    /** uint32 on the wire: 4294967295 must not read as -1. */
    private static long unsigned(int number) {
        return Integer.toUnsignedLong(number);
    }

    private static Duration seconds(Range range, int number) {
        return Duration.ofSeconds(range.check(unsigned(number)));
    }

    private void present(String path, boolean isThere) {
        if (!isThere) {
            faults.add(path + ": is missing");
        }
    }

    /** A setting that this version does not know would silently not act. */
    private void known(String path, Message message) {
        message.getUnknownFields()
                .asMap()
                .keySet()
                .forEach(number -> faults.add((path.isEmpty() ? "" : path + ": ") + "field " + number
                        + " is unknown to this version; the sender is newer"));
    }

    private <T> T value(String path, T fallback, Supplier<T> reading) {
        try {
            return reading.get();
        } catch (IllegalArgumentException fault) {
            faults.add(path + ": " + fault.getMessage());
            return fallback;
        }
    }

    private interface Reading<F, T> {
        T read(F from);
    }

    private <F, T> List<T> each(String path, List<F> from, Reading<F, T> reading) {
        List<T> all = new ArrayList<>();
        for (int index = 0; index < from.size(); index++) {
            F one = from.get(index);
            try {
                all.add(reading.read(one));
            } catch (IllegalArgumentException fault) {
                faults.add(path + "[" + index + "]: " + fault.getMessage());
            }
        }
        return all;
    }

    private <E extends Enum<E>> E word(String path, E fallback, Enum<?> sent, String prefix) {
        return value(path, fallback, () -> constant(fallback.getDeclaringClass(), sent, prefix));
    }

    /** The constant of the same name, without the prefix that protobuf's scoping asks for. */
    private static <E extends Enum<E>> E constant(Class<E> type, Enum<?> sent, String prefix) {
        String name = sent.name().startsWith(prefix) ? sent.name().substring(prefix.length()) : sent.name();
        if (name.equals("UNSPECIFIED")) {
            throw new IllegalArgumentException("is missing");
        }
        if (name.equals("UNRECOGNIZED")) {
            throw new IllegalArgumentException("a value that is unknown to this version; the sender is newer");
        }
        return Enum.valueOf(type, name);
    }
}
