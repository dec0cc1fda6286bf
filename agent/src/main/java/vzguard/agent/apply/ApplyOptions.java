package vzguard.agent.apply;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import vzguard.agent.model.HostSnapshot;
import vzguard.values.Cidr;

/**
 * What an apply may do.
 *
 * @param planHash hash of the plan that was approved; empty: whatever is needed
 * @param restartAllowed the VE may be restarted
 * @param deadline after this no further step is begun; one that has begun is brought to its end
 * @param confirmWithin a guard that is written is taken back after this, unless it is confirmed
 * @param byHand an administrator confirms it, by a new login
 * @param probe what confirms it besides; only by hand
 * @param beforeGuard told what was seen, before a new guard of the host itself is written
 */
public record ApplyOptions(
        String planHash,
        boolean restartAllowed,
        Instant deadline,
        Duration confirmWithin,
        boolean byHand,
        Optional<Probe> probe,
        Consumer<HostSnapshot> beforeGuard) {
    /** Time to confirm a guard, unless somebody asks for another. */
    public static final Duration CONFIRM_WITHIN = Duration.ofSeconds(60);

    /** A guard is confirmed by the agent's own proof. */
    public ApplyOptions(String planHash, boolean restartAllowed, Instant deadline) {
        this(planHash, restartAllowed, deadline, CONFIRM_WITHIN, false, Optional.empty(), seen -> {});
    }

    /**
     * A connection from outside.
     *
     * @param from a single address that is not the host's
     * @param ports that are guarded; to any of them
     */
    public record Probe(Cidr from, List<Integer> ports) {
        public Probe {
            ports = List.copyOf(ports);
        }

        /** @param end "ADDRESS PORT" of the other end of a connection */
        public boolean isMadeBy(String end) {
            return from.network().getHostAddress().equals(end.split(" ", 2)[0]);
        }
    }
}
