package vzguard.controller.policy;

import java.time.Instant;
import vzguard.policy.Policy;

/**
 * One revision of a policy, as stored. Never changes.
 *
 * @param number 1 and up
 * @param text as the operator wrote it
 * @param createdBy {@code operator/NAME}
 */
public record Revision(Policy policy, long number, String text, Instant createdAt, String createdBy) {
    public String name() {
        return policy.name();
    }
}
