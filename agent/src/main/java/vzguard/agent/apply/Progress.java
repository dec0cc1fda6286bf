package vzguard.agent.apply;

/** Told which step is being done. For displays: may be lost. */
@FunctionalInterface
public interface Progress {
    Progress NONE = (step, steps, text) -> {};

    /** @param step 1 to {@code steps} */
    void step(int step, int steps, String text);
}
