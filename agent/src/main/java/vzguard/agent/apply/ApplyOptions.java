package vzguard.agent.apply;

/**
 * What an apply may do.
 *
 * @param planHash hash of the plan that was approved; empty: whatever is needed
 * @param restartAllowed the VE may be restarted
 */
public record ApplyOptions(String planHash, boolean restartAllowed) {}
