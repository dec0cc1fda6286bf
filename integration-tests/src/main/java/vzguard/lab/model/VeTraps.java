package vzguard.lab.model;

/** The switches of one VE below {@code /vz/.lab/CTID} ({@link Trap}), as they are when they are asked for. */
final class VeTraps {
    private final HostTree tree;
    private final String folder;

    VeTraps(HostTree tree, VeId id) {
        this.tree = tree;
        this.folder = "/vz/.lab/" + id + "/";
    }

    /** Init does not hear a halt. */
    boolean isDeaf() {
        return tree.exists(folder + "deaf");
    }

    /** A kill does not end it. */
    boolean isUndying() {
        return tree.exists(folder + "undying");
    }

    /** Init ends as soon as it was started. */
    boolean diesAtStart() {
        return tree.exists(folder + "dies");
    }

    /** Whether the vzctl that stopped the VE is killed now; only the first one is. */
    boolean killsVzctl() {
        boolean kills = tree.exists(folder + "kills-vzctl");
        if (kills) {
            tree.delete(folder + "kills-vzctl");
        }
        return kills;
    }
}
