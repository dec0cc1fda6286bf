package vzguard.agent.model;

/**
 * A kernel feature on the host.
 *
 * @param name as vzctl knows it ({@code ipt_recent}); aliases are folded ({@code xt_recent} is {@code ipt_recent})
 * @param foundAs name under which it was found; empty when absent
 * @param persistedBy path of what loads it at the next boot; empty when nothing does
 */
public record ModuleState(String name, String foundAs, Presence presence, String persistedBy) {
    /** Whether the kernel has it. */
    public enum Presence {
        ABSENT,
        LOADED,
        BUILT_IN
    }

    public boolean present() {
        return presence != Presence.ABSENT;
    }

    /** It will be there after a reboot of the host. */
    public boolean persisted() {
        return presence == Presence.BUILT_IN || !persistedBy.isEmpty();
    }

    public static ModuleState absent(String name) {
        return new ModuleState(name, "", Presence.ABSENT, "");
    }
}
