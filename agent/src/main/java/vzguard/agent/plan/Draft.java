package vzguard.agent.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.ChangeClass;
import vzguard.agent.model.Digests;
import vzguard.agent.model.Place;
import vzguard.agent.model.Plan;
import vzguard.agent.model.Step;

/** A plan in the making. Lives within one call of the planner. */
final class Draft {
    private final Place place;
    private final List<Step> steps = new ArrayList<>();
    private final List<Cause> causes = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private boolean blocked;

    Draft(Place place) {
        this.place = place;
    }

    void add(Step step) {
        steps.add(step);
    }

    void warn(String warning) {
        warnings.add(warning);
    }

    /** Why something is pending; the plan goes on. */
    void note(Cause cause) {
        causes.add(cause);
    }

    /** The plan cannot be carried out; all that blocks it is collected. */
    void block(Cause cause) {
        causes.add(cause);
        blocked = true;
    }

    void block(CauseCode code, String summary, String cure) {
        block(Cause.of(code, summary, cure));
    }

    boolean blocked() {
        return blocked;
    }

    boolean isEmpty() {
        return steps.isEmpty();
    }

    boolean contains(Step.Kind kind) {
        return steps.stream().anyMatch(step -> step.kind() == kind);
    }

    /** @param observed what was seen of the place, as text: a plan is pinned to it */
    Plan finish(String observed) {
        List<Step> done = blocked ? List.of() : steps;
        ChangeClass changeClass = ChangeClass.NO_CHANGE;
        if (blocked) {
            changeClass = ChangeClass.BLOCKED;
        } else if (contains(Step.Kind.RESTART_VE)) {
            changeClass = ChangeClass.NEEDS_RESTART;
        } else if (!steps.isEmpty()) {
            changeClass = ChangeClass.LIVE;
        }
        return new Plan(place, changeClass, done, causes, warnings, hash(done, observed));
    }

    /** A plan for a place that could not be observed. */
    Plan unknown(Cause cause) {
        return new Plan(
                place, ChangeClass.UNKNOWN, List.of(), List.of(cause), warnings, hash(List.of(), cause.summary()));
    }

    /**
     * Steps for the host are not part of a VE's hash: the VEs of one host share them, and whichever comes first does them
     * for all.
     */
    private String hash(List<Step> done, String observed) {
        String own = done.stream()
                .filter(step -> place.equals(Place.HOST) || !isForHost(step))
                .map(step -> step.kind() + " " + step.summary() + " " + step.diff())
                .collect(Collectors.joining("\n"));
        return Digests.sha256(place.describe(), own, observed);
    }

    private static boolean isForHost(Step step) {
        return switch (step.kind()) {
            case LOAD_MODULE, PERSIST_MODULES, SHARE_GLOBAL -> true;
            default -> false;
        };
    }
}
