package vzguard.agent.apply;

import java.util.Optional;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.guard.SavedFilter;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Family;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.model.Step;
import vzguard.agent.tools.Iptables;

/** Own chain and jumps, changed in one commit per family and read back by meaning. */
final class GuardStepRunner {
    private final Iptables iptables;

    GuardStepRunner(CommandRunner runner) {
        this.iptables = new Iptables(runner);
    }

    StepResult write(Step.WriteGuard step, Undo undo) {
        Iptables.Saved before = iptables.save(step.place(), step.family());
        if (before.filter().isEmpty()) {
            return unreadable(step.place(), step.family(), before.result());
        }
        SavedFilter now = before.filter().get();
        if (now.own().equals(step.rules())) {
            return StepResult.DONE;
        }
        OwnRules previous = now.own();
        undo.add(() -> bringBack(step.place(), step.family(), previous));
        return change(step.place(), step.family(), GuardRules.restoreText(step.rules(), now), step.rules());
    }

    StepResult remove(Step.RemoveGuard step, Undo undo) {
        Iptables.Saved before = iptables.save(step.place(), step.family());
        if (before.filter().isEmpty()) {
            return unreadable(step.place(), step.family(), before.result());
        }
        SavedFilter now = before.filter().get();
        String text = GuardRules.removeText(now);
        if (text.isEmpty()) {
            return StepResult.DONE;
        }
        OwnRules previous = now.own();
        undo.add(() -> bringBack(step.place(), step.family(), previous));
        return change(step.place(), step.family(), text, OwnRules.NONE);
    }

    private StepResult change(Place place, Family family, String text, OwnRules wanted) {
        Iptables.Changed changed = iptables.change(place, family, text);
        boolean asWanted = changed.after()
                .filter()
                .map(filter -> filter.own().equals(wanted))
                .orElse(false);
        return asWanted
                ? StepResult.DONE
                : Failures.of(
                        family.program() + "-restore --noflush",
                        changed.result(),
                        "the IPv" + family.number() + " guard of " + place.describe() + " is not as asked");
    }

    private static StepResult unreadable(Place place, Family family, CommandResult result) {
        return Failures.failed(
                CauseCode.RULES_UNREADABLE,
                "the IPv" + family.number() + " rules of " + place.describe() + " cannot be read: " + result.explain(),
                "");
    }

    /** The own chain as it was; nothing foreign is touched on the way back either. */
    private void bringBack(Place place, Family family, OwnRules previous) {
        Optional<SavedFilter> now = iptables.save(place, family).filter();
        if (now.isEmpty() || now.get().own().equals(previous)) {
            return;
        }
        String text = previous.chainPresent()
                ? GuardRules.restoreText(previous, now.get())
                : GuardRules.removeText(now.get());
        iptables.restore(place, family, text);
    }
}
