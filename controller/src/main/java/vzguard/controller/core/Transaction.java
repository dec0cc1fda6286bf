package vzguard.controller.core;

import org.jdbi.v3.core.Handle;

/** What a step of the event loop works with. Valid only while the step runs. */
public interface Transaction {
    /** Statements of this step; all of them are durable together, or none. */
    Handle sql();

    /** To be done when this step is durable: sends, wake-ups. In order; must not block and must not throw. */
    void afterCommit(Runnable effect);
}
