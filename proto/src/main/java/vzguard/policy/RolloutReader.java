package vzguard.policy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import vzguard.policy.RolloutSettings.Brake;
import vzguard.policy.RolloutSettings.PerGroup;
import vzguard.policy.RolloutSettings.Restarts;
import vzguard.policy.Thresholds.Counts;

/** Reads the section {@code rollout} of a policy's text. */
final class RolloutReader {
    private static final List<String> COUNTS = List.of("maxFailures", "maxRefused", "maxUnreachable", "maxTimedOut");

    private RolloutReader() {}

    static RolloutSettings rollout(Section spec) {
        Section section = spec.section(
                "rollout",
                false,
                List.of(
                        "canary",
                        "waves",
                        "maxFailures",
                        "maxRefused",
                        "maxUnreachable",
                        "maxTimedOut",
                        "perWave",
                        "soak",
                        "promote",
                        "expires",
                        "brake",
                        "restarts"));
        RolloutSettings fallback = RolloutSettings.DEFAULT;
        return new RolloutSettings(
                section.one("canary", fallback.canary(), Scalar.number(Limits.CANARY)),
                section.list("waves", fallback.waves(), Scalar.text(Limits::wave), Limits::waves),
                thresholds(section),
                section.one("soak", fallback.soak(), Scalar.duration(Limits.SOAK)),
                section.one("promote", fallback.promotion(), Scalar.word(RolloutSettings.Promotion.class)),
                section.one("expires", fallback.expires(), Scalar.duration(Limits.EXPIRES)),
                brake(section.section("brake", false, List.of("wave", "label", "group"))),
                restarts(section.section(
                        "restarts",
                        false,
                        List.of("allow", "perHost", "total", "perGroup", "window", "cutoff", "freeze"))));
    }

    private static Thresholds thresholds(Section section) {
        Threshold failures =
                section.one("maxFailures", Thresholds.DEFAULT.overall().failures(), Scalar.text(Limits::threshold));
        Thresholds fallback = Thresholds.failures(failures);
        return new Thresholds(
                counts(section, failures, fallback.overall()),
                perWave(section.section("perWave", false, COUNTS), fallback.perWave()));
    }

    private static Counts perWave(Section section, Counts fallback) {
        return counts(
                section, section.one("maxFailures", fallback.failures(), Scalar.text(Limits::threshold)), fallback);
    }

    private static Counts counts(Section section, Threshold failures, Counts fallback) {
        return new Counts(
                failures,
                section.one("maxRefused", fallback.refused(), Scalar.text(Limits::threshold)),
                section.one("maxUnreachable", fallback.unreachable(), Scalar.text(Limits::threshold)),
                section.one("maxTimedOut", fallback.timedOut(), Scalar.text(Limits::threshold)));
    }

    private static Brake brake(Section section) {
        return new Brake(
                section.one("wave", Brake.DEFAULT.wave(), Scalar.text(Limits::percent)),
                section.one("label", Brake.DEFAULT.label(), Scalar.text(Limits::label)),
                section.one("group", Brake.DEFAULT.group(), Scalar.text(Limits::percent)));
    }

    private static Restarts restarts(Section section) {
        Restarts fallback = RolloutSettings.DEFAULT.restarts();
        String window = section.one("window", fallback.window(), Scalar.text(Limits::restartWindow));
        Duration cutoff = section.one("cutoff", fallback.cutoff(), Scalar.duration(Limits.CUTOFF));
        return new Restarts(
                section.one("allow", fallback.allow(), Scalar.flag()),
                section.one("perHost", fallback.perHost(), Scalar.number(Limits.PER_HOST)),
                section.one("total", fallback.total(), Scalar.number(Limits.TOTAL)),
                section.has("perGroup") ? perGroup(section) : Optional.empty(),
                window,
                section.judged("cutoff", fallback.cutoff(), () -> Limits.cutoff(cutoff, window)),
                section.list("freeze", fallback.freezes(), Scalar.text(Limits::freeze), Limits::freezes));
    }

    private static Optional<PerGroup> perGroup(Section restarts) {
        Section section = restarts.section("perGroup", false, List.of("label", "max"));
        return Optional.of(new PerGroup(
                section.required("label", "rack", Scalar.text(Limits::label)),
                section.one("max", 1, Scalar.number(Limits.GROUP))));
    }
}
