package vzguard.controller.rollout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import vzguard.policy.RolloutSettings;

/** What a {@link Schedule} is about: a small fleet, and settings tight enough to matter for it. */
final class RandomTerms {
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
                random.nextInt(4),
                Duration.ofSeconds(random.nextBoolean() ? 0 : 20),
                random.nextInt(5) == 0 ? RolloutSettings.Promotion.MANUAL : RolloutSettings.Promotion.AUTO,
                new RolloutSettings.Restarts(
                        random.nextInt(8) > 0,
                        1 + random.nextInt(2),
                        1 + random.nextInt(3),
                        random.nextInt(8) == 0 ? "00:01-12:00 UTC" : ""));
    }

    Limits limits() {
        return new Limits(
                1 + random.nextInt(2),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                random.nextBoolean() ? 20 : 100,
                random.nextBoolean() ? 30 : 100);
    }
}
