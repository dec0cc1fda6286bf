package vzguard.agent.journal;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One job's part of the journal. Used by one thread at a time. */
public interface StepLog {
    /** What an earlier run of the same job recorded, oldest first: empty unless the agent died in the middle of it. */
    List<JournalEntry> previous();

    /** Durable when this returns; called before the effect. */
    void intent(String step, Map<String, String> facts);

    /** Durable when this returns; called after the effect was read back. */
    void done(String step);

    /** Durable when this returns; called after the undo. */
    void failed(String step);

    /** The last intent of a step that neither ended nor failed. */
    default Optional<JournalEntry> open(String step) {
        Optional<JournalEntry> open = Optional.empty();
        for (JournalEntry entry : previous()) {
            if (entry.step().equals(step)) {
                open = entry.type() == JournalEntry.Type.INTENT ? Optional.of(entry) : Optional.empty();
            }
        }
        return open;
    }

    /** Whether an earlier run finished a step. */
    default boolean finished(String step) {
        return previous().stream()
                .anyMatch(entry ->
                        entry.type() == JournalEntry.Type.DONE && entry.step().equals(step));
    }
}
