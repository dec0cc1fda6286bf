package vzguard.controller.rollout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import vzguard.policy.Freeze;
import vzguard.policy.PolicyParser;
import vzguard.policy.RolloutSettings;
import vzguard.policy.Threshold;
import vzguard.policy.Thresholds;

/** What a {@link Schedule} is about: a small fleet, and settings tight enough to matter for it. */
final class RandomTerms {
    /** Into which schedules run. */
    private static final List<Freeze> FREEZE =
            PolicyParser.parse("""
                    apiVersion: vzguard/v1
                    kind: Policy
                    metadata: {name: p}
                    spec: {rollout: {restarts: {freeze: ["2026-03-01T00:02/2026-03-01T05:30 UTC"]}}}
                    """).policy().orElseThrow().rollout().restarts().freezes();

    private final SplittableRandom random;
    private final int hosts;

    RandomTerms(SplittableRandom random) {
        this.random = random;
        this.hosts = 1 + random.nextInt(4);
    }

    int hosts() {
        return hosts;
    }

    /** Usually hosts first, at times in any order. */
    List<Change> targets(RolloutKind kind) {
        int ves = 1 + random.nextInt(3);
        List<Change> targets = new ArrayList<>();
        for (int ve = 0; ve <= ves; ve++) {
            for (int host = 1; host <= hosts; host++) {
                if (ve > 0 || (kind != RolloutKind.RESTART && random.nextInt(3) > 0)) {
                    String ctid = ve == 0 ? "" : Integer.toString(100 + ve);
                    targets.add(new Change(new TargetRef("id" + host, "hn" + host, ctid), 0, 1));
                }
            }
        }
        if (random.nextInt(4) == 0) {
            for (int last = targets.size() - 1; last > 0; last--) {
                Collections.swap(targets, last, random.nextInt(last + 1));
            }
        }
        return targets;
    }

    RolloutSettings settings() {
        List<RolloutSettings.Wave> waves = new ArrayList<>();
        if (random.nextBoolean()) {
            waves.add(new RolloutSettings.Wave(1 + random.nextInt(60), true));
        }
        if (random.nextBoolean()) {
            waves.add(new RolloutSettings.Wave(2 + random.nextInt(5), false));
        }
        waves.add(new RolloutSettings.Wave(100, true));
        return new RolloutSettings(
                random.nextInt(3),
                waves,
                thresholds(),
                Duration.ofSeconds(random.nextBoolean() ? 0 : 20),
                random.nextInt(5) == 0 ? RolloutSettings.Promotion.MANUAL : RolloutSettings.Promotion.AUTO,
                random.nextInt(8) == 0 ? Duration.ofSeconds(120) : RolloutSettings.DEFAULT_EXPIRES,
                new RolloutSettings.Brake(random.nextBoolean() ? 30 : 100, "rack", 50),
                restarts());
    }

    private Thresholds thresholds() {
        if (random.nextInt(3) == 0) {
            return Thresholds.failures(Threshold.of(random.nextInt(4)));
        }
        return new Thresholds(counts(), counts());
    }

    private Thresholds.Counts counts() {
        return new Thresholds.Counts(threshold(), threshold(), threshold(), threshold());
    }

    private Threshold threshold() {
        return switch (random.nextInt(4)) {
            case 0 -> Threshold.of(1 + random.nextInt(3));
            case 1 -> new Threshold(1 + random.nextInt(100), true);
            default -> Threshold.NEVER;
        };
    }

    private RolloutSettings.Restarts restarts() {
        Optional<RolloutSettings.PerGroup> perGroup = random.nextInt(3) == 0
                ? Optional.of(new RolloutSettings.PerGroup("rack", 1 + random.nextInt(2)))
                : Optional.empty();
        boolean window = random.nextInt(8) == 0;
        return new RolloutSettings.Restarts(
                random.nextInt(8) > 0,
                1 + random.nextInt(2),
                1 + random.nextInt(3),
                perGroup,
                window ? "00:01-12:00 UTC" : "",
                random.nextInt(8) == 0 ? Duration.ofHours(6) : Duration.ZERO,
                random.nextInt(8) == 0 ? FREEZE : List.of());
    }

    Limits limits() {
        return new Limits(
                1 + random.nextInt(2), Duration.ofSeconds(60), Duration.ofSeconds(10), Duration.ofSeconds(30));
    }
}
