package vzguard.agent.prove;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A proof that will be asked for soon, by whoever announced it with {@link Prover#announce}. Others that are asked for wait a
 * moment for it. Closed by the one who announced it, whether or not the proof was asked for. Thread safe.
 */
public final class AnnouncedProof implements AutoCloseable {
    private final ProofQueue queue;
    private final AtomicBoolean open = new AtomicBoolean(true);

    AnnouncedProof(ProofQueue queue) {
        this.queue = queue;
        queue.announce();
    }

    @Override
    public void close() {
        if (open.getAndSet(false)) {
            queue.withdraw();
        }
    }
}
