package vzguard.controller.rollout;

/**
 * One thing that a rollout changes: a host, or one VE of a host.
 *
 * @param hostId UUID of the host
 * @param hostName its name when the rollout started, for people
 * @param ctid CTID of the VE; empty: the host itself
 */
public record TargetRef(String hostId, String hostName, String ctid) {

    public boolean isHost() {
        return ctid.isEmpty();
    }

    /** {@code HOST} or {@code HOST/CTID}, as operators write it. */
    @Override
    public String toString() {
        return isHost() ? hostName : hostName + "/" + ctid;
    }
}
