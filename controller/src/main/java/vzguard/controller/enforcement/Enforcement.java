package vzguard.controller.enforcement;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import vzguard.controller.enforcement.Newcomer.Attempt;
import vzguard.controller.enforcement.Verdict.Kind;
import vzguard.controller.rollout.RolloutState;
import vzguard.controller.rollout.TargetRef;
import vzguard.controller.rollout.TaskState;
import vzguard.policy.Policy.Mode;

/**
 * Whether a target is brought to a policy with nobody typing anything. Pure.
 *
 * <p>The rule: a target that the policy selects and that has an older revision than the enforced one, or none, is brought to the
 * enforced one, once. What failed, was refused or was aborted is left to the operator; what was skipped is tried again when the
 * VE has started since, what was unreachable when the host has connected since. A newer revision than the enforced one (a part
 * of the fleet that an operator went ahead with) stays.
 */
public final class Enforcement {
    private Enforcement() {}

    /**
     * @param revision the enforced one
     * @param heldBy a rollout that enforces the policy and stands still
     */
    public static Verdict decide(Newcomer newcomer, String policy, long revision, Mode mode, Optional<String> heldBy) {
        TargetRef target = newcomer.target();
        if (newcomer.applied() >= revision) {
            return new Verdict(Kind.AS_WANTED, "");
        }
        if (newcomer.busyWith().isPresent()) {
            return waits("rollout " + newcomer.busyWith().get() + " is not done with it");
        }
        if (!newcomer.running()) {
            return waits("it is brought to revision " + revision + " of policy " + policy + " once it runs");
        }
        if (!newcomer.rivals().isEmpty()) {
            return leave("policies " + String.join(" and ", newcomer.rivals())
                    + " both select it; change the selector of one, give one a greater spec.precedence, or delete it");
        }
        if (mode == Mode.REPORT) {
            return leave("policy " + policy + " only reports (mode: report); to bring it there: `vzguard rollout start "
                    + policy + " --select " + target + "`");
        }
        Optional<Verdict> tried =
                newcomer.last().filter(last -> last.to() == revision).flatMap(last -> after(last, newcomer));
        if (tried.isPresent()) {
            return tried.get();
        }
        return heldBy.map(rollout -> leave("rollout " + rollout + ", which enforces policy " + policy
                        + ", stands still; see `vzguard why " + rollout + "`"))
                .orElse(new Verdict(Kind.BRING, ""));
    }

    /** What an earlier attempt means for a further one; nothing: it does not stand against it. */
    private static Optional<Verdict> after(Attempt last, Newcomer newcomer) {
        String rollout = "rollout " + last.rolloutId();
        return switch (last.state()) {
            case PENDING, RUNNING -> Optional.of(waits(rollout + " is not done with it"));
            case FAILED, REFUSED ->
                Optional.of(leave(rollout + " " + (last.state() == TaskState.FAILED ? "failed on" : "was refused by")
                        + " it; once the cause is gone: `vzguard rollout retry " + last.rolloutId() + "`"));
            case SKIPPED -> skipped(last, newcomer, rollout);
            case UNREACHABLE ->
                isAfter(Optional.of(newcomer.connectedSince()), last)
                        ? Optional.empty()
                        : Optional.of(
                                waits(rollout + " could not reach it, and its host has not connected anew since"));
            // It was brought there, and is not there any more: its VE went away and came back.
            case DONE, NO_OP -> Optional.empty();
        };
    }

    private static Optional<Verdict> skipped(Attempt last, Newcomer newcomer, String rollout) {
        if (last.rollout() == RolloutState.ABORTED) {
            return Optional.of(leave(rollout + " was to bring it there and was aborted; start a new one"));
        }
        return isAfter(newcomer.runningSince(), last)
                ? Optional.empty()
                : Optional.of(waits(rollout + " " + last.state().name().toLowerCase(Locale.ROOT)
                        + " it, and it has not started anew since"));
    }

    private static boolean isAfter(Optional<Instant> at, Attempt last) {
        return at.isPresent()
                && last.endedAt().isPresent()
                && at.get().isAfter(last.endedAt().get());
    }

    private static Verdict waits(String why) {
        return new Verdict(Kind.WAIT, why);
    }

    private static Verdict leave(String why) {
        return new Verdict(Kind.LEAVE, why);
    }
}
