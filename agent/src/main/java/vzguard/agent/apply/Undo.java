package vzguard.agent.apply;

import java.util.ArrayDeque;
import java.util.Deque;

/** What takes back the steps done so far, the last first. Used by one thread. */
final class Undo {
    private final Deque<Runnable> actions = new ArrayDeque<>();

    void add(Runnable action) {
        actions.push(action);
    }

    /** What was done is in effect now and stays: the VE has been restarted with it. */
    void commit() {
        actions.clear();
    }

    void run() {
        while (!actions.isEmpty()) {
            actions.pop().run();
        }
    }
}
