package vzguard.policy;

/**
 * What should be true of the hosts and VEs that its selector names. Instances are valid: {@link PolicyParser} and
 * {@link PolicyWire} report every problem instead of making an invalid one.
 *
 * @param name 1-63 characters of {@code [a-z0-9-]}, starting with a letter
 * @param precedence where two policies want one target, the greater one wins, 0-1000; equal ones conflict
 */
public record Policy(
        String name,
        Selector selector,
        Modules modules,
        SshGuard sshGuard,
        RolloutSettings rollout,
        Mode mode,
        int precedence) {

    /** Of the least precedence, as a policy that says nothing of it. */
    public Policy(
            String name, Selector selector, Modules modules, SshGuard sshGuard, RolloutSettings rollout, Mode mode) {
        this(name, selector, modules, sshGuard, rollout, mode, 0);
    }

    /** What happens to drift and newcomers. */
    public enum Mode {
        ENFORCE,
        REPORT
    }
}
