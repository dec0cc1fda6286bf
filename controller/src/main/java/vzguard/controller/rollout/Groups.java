package vzguard.controller.rollout;

/** Which hosts belong together, by their labels at this moment. */
@FunctionalInterface
public interface Groups {
    /** Nobody has a label. */
    Groups NONE = (label, hostId) -> "";

    /** What the label says of the host; empty when it has none, and those make one group too. */
    String valueOf(String label, String hostId);
}
