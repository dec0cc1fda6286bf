package vzguard.agent.outside;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import vzguard.agent.outside.Look.Kind;
import vzguard.agent.outside.Look.View;

/**
 * What two looks, one before a guard was written and one after, say about it. Pure.
 *
 * @param sentence from where to where, or why not; for people
 */
public record Judgement(Verdict verdict, String sentence) {
    /** Whether whoever comes from outside still gets in. */
    public enum Verdict {
        LET_IN,
        /** What was let in before is not any more, or nobody can say so in time: the guard must go. */
        SHUT_OUT,
        /** It cannot be told from outside, and that is not the guard's doing: it says nothing against it. */
        UNPROVEN
    }

    /**
     * @param before as seen before the first rule was written; NOT_REACHED when no controller could be asked then
     * @param after as seen since
     */
    public static Judgement of(Look before, Look after) {
        return switch (after.kind()) {
            case NOT_KNOWN -> unproven("this controller does not look: " + after.detail());
            case NOT_TRIED -> unproven(after.detail());
            case NOT_REACHED ->
                before.kind() == Kind.NOT_KNOWN
                        ? unproven("this controller does not look: " + before.detail())
                        : new Judgement(
                                Verdict.SHUT_OUT, "the controller could not be reached anew: " + after.detail());
            case SEEN -> seen(before, after.views());
        };
    }

    private static Judgement seen(Look before, List<View> after) {
        Optional<View> lost = after.stream()
                .filter(view -> !view.answered() && wasAnswered(before, view))
                .findFirst();
        if (lost.isPresent()) {
            return new Judgement(
                    Verdict.SHUT_OUT,
                    "a new connection from " + lost.get().source() + " to "
                            + lost.get().place() + " was not let in ("
                            + lost.get().detail()
                            + "), and one was before the guard was written");
        }
        List<View> answered = after.stream().filter(View::answered).toList();
        if (!answered.isEmpty()) {
            return new Judgement(
                    Verdict.LET_IN,
                    "a new connection from " + answered.get(0).source() + " was let in at "
                            + answered.stream().map(View::place).collect(Collectors.joining(", ")));
        }
        String why = after.stream()
                .map(view -> view.place() + " (" + view.detail() + ")")
                .collect(Collectors.joining(", "));
        if (before.kind() == Kind.SEEN && before.views().stream().noneMatch(View::answered)) {
            return unproven("the controller was not let in before the guard was written either: " + why);
        }
        return new Judgement(
                Verdict.SHUT_OUT,
                "the controller was not let in: " + why
                        + (before.kind() == Kind.SEEN
                                ? "; before the guard was written it was, elsewhere"
                                : "; whether it was before the guard was written is not known: " + before.detail()));
    }

    private static boolean wasAnswered(Look before, View view) {
        return before.views().stream()
                .anyMatch(then -> then.answered()
                        && then.port() == view.port()
                        && then.address().equals(view.address()));
    }

    private static Judgement unproven(String why) {
        return new Judgement(Verdict.UNPROVEN, "unproven from outside: " + why);
    }
}
