package vzguard.controller.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import vzguard.controller.rollout.RolloutEffect.CancelJob;
import vzguard.controller.rollout.RolloutEffect.SendJob;
import vzguard.policy.RolloutSettings;
import vzguard.policy.RolloutSettings.Promotion;
import vzguard.policy.RolloutSettings.Restarts;
import vzguard.policy.RolloutSettings.Wave;
import vzguard.policy.Threshold;
import vzguard.policy.Thresholds;

/** A rollout played by hand: targets are called as operators call them, {@code hn1} and {@code hn1/101}. */
final class Play {
    static final RolloutSettings ALL_AT_ONCE = restarts(true, 1, 20, "");
    static final Limits LIMITS = new Limits(4, Duration.ofMinutes(10), Duration.ofMinutes(1), Duration.ofMinutes(5));

    Instant now = Instant.parse("2026-03-01T12:00:00Z");
    Rollout rollout;
    Step last;
    final List<String> sent = new ArrayList<>();
    final List<String> cancelled = new ArrayList<>();

    Play(RolloutKind kind, RolloutSettings settings, String... targets) {
        rollout = Rollout.start(
                new RolloutTerms("r1", kind, "ssh-guard", 3, settings, LIMITS, now),
                Arrays.stream(targets).map(Play::change).toList());
        last = new Step(rollout, List.of(), List.of(), "");
    }

    static RolloutSettings settings(int canary, int maxFailures, int soakSeconds, String... waves) {
        List<Wave> bounds = Arrays.stream(waves)
                .map(wave -> wave.endsWith("%")
                        ? new Wave(Integer.parseInt(wave.substring(0, wave.length() - 1)), true)
                        : new Wave(Integer.parseInt(wave), false))
                .toList();
        return unbraked(
                canary,
                bounds,
                Thresholds.failures(Threshold.of(maxFailures)),
                Duration.ofSeconds(soakSeconds),
                Promotion.AUTO,
                new Restarts(true, 1, 20, ""));
    }

    /** As given, but waves begin by hand. */
    static RolloutSettings byHand(RolloutSettings settings) {
        return unbraked(
                settings.canary(),
                settings.waves(),
                settings.thresholds(),
                settings.soak(),
                Promotion.MANUAL,
                settings.restarts());
    }

    static RolloutSettings restarts(boolean allow, int perHost, int total, String window) {
        return restarts(new Restarts(allow, perHost, total, window));
    }

    static RolloutSettings restarts(Restarts restarts) {
        return unbraked(
                0,
                List.of(new Wave(100, true)),
                Thresholds.failures(Threshold.of(1)),
                Duration.ZERO,
                Promotion.AUTO,
                restarts);
    }

    /** As given, with these thresholds. */
    static RolloutSettings with(RolloutSettings settings, Thresholds thresholds) {
        return unbraked(
                settings.canary(),
                settings.waves(),
                thresholds,
                settings.soak(),
                settings.promotion(),
                settings.restarts());
    }

    /** Hosts go and come in most of these plays; the brake has its own. */
    private static RolloutSettings unbraked(
            int canary,
            List<Wave> waves,
            Thresholds thresholds,
            Duration soak,
            Promotion promotion,
            Restarts restarts) {
        return new RolloutSettings(
                canary,
                waves,
                thresholds,
                soak,
                promotion,
                RolloutSettings.DEFAULT_EXPIRES,
                new RolloutSettings.Brake(100, "rack", 100),
                restarts);
    }

    private static Change change(String text) {
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : text.substring(0, slash);
        return new Change(new TargetRef("id-" + host, host, slash < 0 ? "" : text.substring(slash + 1)), 2, 3);
    }

    Play apply(RolloutEvent event) {
        last = rollout.apply(event);
        rollout = last.next();
        for (RolloutEffect effect : last.effects()) {
            if (effect instanceof SendJob send) {
                sent.add(send.job().toString());
            } else if (effect instanceof CancelJob cancel) {
                cancelled.add(cancel.job().toString());
            }
        }
        return this;
    }

    Play connect(String... hosts) {
        for (String host : hosts) {
            apply(new RolloutEvent.HostConnected(now, "id-" + host, Set.of()));
        }
        return this;
    }

    Play connectHolding(String host, String... jobs) {
        return apply(new RolloutEvent.HostConnected(now, "id-" + host, Set.of(jobs)));
    }

    Play disconnect(String host) {
        return apply(new RolloutEvent.HostDisconnected(now, "id-" + host));
    }

    Play after(Duration time) {
        now = now.plus(time);
        return apply(new RolloutEvent.Tick(now));
    }

    Play accept(String target) {
        return apply(new RolloutEvent.TaskAccepted(now, task(target).job("r1")));
    }

    Play finish(Outcome outcome, String... targets) {
        for (String target : targets) {
            finishJob(task(target).job("r1"), outcome, false);
        }
        return this;
    }

    Play finishJob(JobId job, Outcome outcome, boolean restarted) {
        return apply(new RolloutEvent.TaskFinished(now, job, outcome, false, restarted, List.of(), "said so"));
    }

    /** The agent refuses because its plan restarts the VE. */
    Play needsRestart(String... targets) {
        for (String target : targets) {
            apply(new RolloutEvent.TaskFinished(
                    now,
                    task(target).job("r1"),
                    Outcome.REFUSED,
                    true,
                    false,
                    List.of("RESTART_NOT_ALLOWED"),
                    "the share changes"));
        }
        return this;
    }

    Play pause() {
        return apply(new RolloutEvent.Pause(now));
    }

    Play resume() {
        return apply(new RolloutEvent.Resume(now));
    }

    Play abort() {
        return apply(new RolloutEvent.Abort(now));
    }

    Play retry() {
        return apply(new RolloutEvent.Retry(now));
    }

    Play promote() {
        return apply(new RolloutEvent.Promote(now));
    }

    Play crash(Duration down) {
        now = now.plus(down);
        rollout = Rollout.fromRows(rollout.terms(), rollout.progress(), List.copyOf(rollout.tasks()), now);
        return this;
    }

    TaskRow task(String target) {
        return rollout.tasks().stream()
                .filter(row -> row.target().toString().equals(target))
                .findFirst()
                .orElseThrow();
    }

    String state(String target) {
        return task(target).state().name().toLowerCase(Locale.ROOT);
    }

    /** The targets in that state, sorted, separated by blanks. */
    String those(TaskState state) {
        return rollout.tasks().stream()
                .filter(row -> row.state() == state)
                .map(row -> row.target().toString())
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .collect(Collectors.joining(" "));
    }

    String running() {
        return those(TaskState.RUNNING);
    }

    String waitingFor() {
        return rollout.waitingFor(now, Surroundings.QUIET);
    }
}
