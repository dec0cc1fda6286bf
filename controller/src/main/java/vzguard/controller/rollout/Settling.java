package vzguard.controller.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import vzguard.policy.RolloutSettings;
import vzguard.policy.RolloutSettings.Promotion;
import vzguard.policy.Thresholds;

/** What follows from a new state: an end, a stop, a soak, the next wave, and the tasks that may start. */
final class Settling {
    private final Draft draft;
    private final Instant now;
    private final Starting starting;
    private final Set<Integer> hosts = new TreeSet<>();
    private final Set<String> freedOn = new TreeSet<>();
    private boolean everywhere;
    private boolean slotFreed;

    Settling(Draft draft, Instant now) {
        this.draft = draft;
        this.now = now;
        this.starting = new Starting(draft, now);
    }

    void mayStartOn(int host) {
        hosts.add(host);
    }

    void slotFreed() {
        slotFreed = true;
    }

    /** Another VE of a group that it is in may restart. */
    void slotFreedOn(String hostId) {
        freedOn.add(hostId);
    }

    void mayStartEverywhere() {
        everywhere = true;
    }

    void settle() {
        if (draft.tally().open() == 0) {
            end();
            return;
        }
        draft.progress(draft.progress().withForgivenAtMost(Endings.of(draft.tally())));
        stopOnBreach();
        if (draft.progress().state() != RolloutState.RUNNING) {
            return;
        }
        if (draft.openNow() > 0) {
            draft.progress(draft.progress().withSoakUntil(null));
        } else if (!nextWave()) {
            return;
        }
        start();
    }

    private void end() {
        RolloutProgress progress = draft.progress();
        if (progress.endedAt() != null) {
            return;
        }
        RolloutState end = progress.state() == RolloutState.ABORTED ? RolloutState.ABORTED : RolloutState.COMPLETED;
        draft.progress(progress.withState(end, "").withSoakUntil(null).withEndedAt(now));
        draft.note("rollout " + draft.terms().id() + " " + Words.of(end));
    }

    private void stopOnBreach() {
        RolloutState state = draft.progress().state();
        if (state != RolloutState.RUNNING && state != RolloutState.PAUSED) {
            return;
        }
        String breach = breach();
        if (!breach.isEmpty()) {
            draft.progress(draft.progress().withState(RolloutState.STOPPED, breach));
            draft.note("rollout " + draft.terms().id() + " " + breach);
        }
    }

    private String breach() {
        RolloutProgress progress = draft.progress();
        Thresholds thresholds = draft.terms().settings().thresholds();
        Endings all = Endings.of(draft.tally());
        String overall = all.since(progress.forgiven())
                .breach(thresholds.overall(), draft.tally().targets(), "");
        if (!overall.isEmpty()) {
            return overall;
        }
        int inWave = draft.tally(progress.wave()).targets();
        String inThisWave =
                all.since(progress.forgivenInWave()).breach(thresholds.perWave(), inWave, " in a wave of " + inWave);
        return inThisWave.isEmpty() ? expiry() : inThisWave;
    }

    /** What was approved long ago, and has not begun, may be wanted no more. */
    private String expiry() {
        Duration limit = draft.terms().settings().expires();
        boolean isOld = !now.isBefore(draft.progress().wordAt().plus(limit));
        return isOld
                        && draft.progress().state() == RolloutState.RUNNING
                        && draft.tally().of(TaskState.PENDING) > 0
                ? "stopped: nobody has said since " + Words.of(draft.progress().wordAt())
                        + " that it should go on (limit " + limit.toHours() + "h)"
                : "";
    }

    /** Whether the next wave has begun. */
    private boolean nextWave() {
        RolloutProgress progress = draft.progress();
        if (progress.soakUntil() == null) {
            progress = progress.withSoakUntil(watchedUntil(progress.wave()));
            draft.progress(progress);
        }
        Instant until = progress.soakUntil();
        if (until == null || now.isBefore(until)) {
            return false;
        }
        int next = progress.wave() + 1;
        while (draft.tally(next).open() == 0) {
            next++; // ended before: a target of an earlier wave was tried again
        }
        draft.progress(progress.onTo(next, now, Endings.of(draft.tally())));
        draft.note(
                "rollout " + draft.terms().id() + ": wave " + draft.progress().wave() + " begins");
        everywhere = true;
        return true;
    }

    /** A wave in which nothing changed has nothing to watch, and nobody has to say so. */
    private Instant watchedUntil(int wave) {
        if (!draft.tally(wave).mayHaveChanged()) {
            return now;
        }
        RolloutSettings settings = draft.terms().settings();
        return settings.promotion() == Promotion.MANUAL ? RolloutProgress.UNTIL_PROMOTED : now.plus(settings.soak());
    }

    private void start() {
        if (everywhere) {
            starting.everywhere();
        } else {
            if (slotFreed) {
                starting.withSlots();
            }
            freedOn.forEach(starting::inGroupsOf);
            hosts.forEach(starting::onHost);
        }
    }
}
