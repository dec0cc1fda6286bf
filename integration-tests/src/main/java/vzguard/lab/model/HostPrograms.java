package vzguard.lab.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import vzguard.values.Ctid;

/**
 * The OpenVZ programs of one host. Any number of calls may run at once; between them stand only the lock files, as on a
 * real host.
 */
public final class HostPrograms {
    /** The names that {@link #run} knows. */
    public static final List<String> PROGRAMS = List.of("vzctl", "vzlist", "lsmod", "modprobe");

    private final Floor floor;

    public HostPrograms(Floor floor) {
        this.floor = floor;
    }

    /**
     * Runs a program to its end, or up to the command in a VE that it stands for. Returns whatever happens inside the host;
     * an exception means that the floor itself is broken.
     *
     * @throws IllegalArgumentException for a program that is not one of {@link #PROGRAMS}
     */
    public ProgramOutcome run(ProgramCall call, ProgramOutput output) {
        throw new IllegalArgumentException("no program of the host model: " + call.program());
    }

    /** Computes anew what every place may do with iptables and hands it to the floor. */
    public void publishRights() {
        Map<Ctid, NetfilterRights> ves = new HashMap<>();
        floor.publishRights(KernelModules.hostRights(floor.loadedModules()), ves);
    }
}
