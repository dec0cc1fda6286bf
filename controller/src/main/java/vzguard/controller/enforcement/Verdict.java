package vzguard.controller.enforcement;

/**
 * What is done about one target.
 *
 * @param why one sentence for an operator; empty when nothing is to be said
 */
public record Verdict(Kind kind, String why) {

    /** What is done. */
    public enum Kind {
        /** Nothing: it is as wanted. */
        AS_WANTED,
        /** It is brought to the policy now. */
        BRING,
        /** Nothing yet: something that is under way, or that its owner does, comes first. */
        WAIT,
        /** Nothing: an operator has to decide. */
        LEAVE
    }
}
