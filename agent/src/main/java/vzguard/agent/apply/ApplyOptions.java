package vzguard.agent.apply;

import java.time.Instant;

/**
 * What an apply may do.
 *
 * @param planHash hash of the plan that was approved; empty: whatever is needed
 * @param restartAllowed the VE may be restarted
 * @param deadline after this no further step is begun; one that has begun is brought to its end
 */
public record ApplyOptions(String planHash, boolean restartAllowed, Instant deadline) {}
