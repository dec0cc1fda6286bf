package vzguard.lab.simulated;

import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import vzguard.lab.model.NetfilterMask;
import vzguard.lab.model.NetfilterRights;
import vzguard.lab.model.VeState;
import vzguard.lab.simulated.netfilter.KernelTime;
import vzguard.lab.simulated.netfilter.Netfilter;
import vzguard.values.Ctid;

/** One run of a VE, from its start to its end. Safe for several threads. */
final class SimulatedVe {
    private static final int USUAL_PROCESSES = 7;

    private final Ctid ctid;
    private final NetfilterMask mask;
    private final long startedAt;
    private final SimulatedClock clock;
    private final Netfilter netfilter;
    private final SortedSet<Integer> ports = new ConcurrentSkipListSet<>();
    private volatile NetfilterRights rights = NetfilterRights.NONE;
    private volatile String hostname;
    private volatile boolean networkUp = true;
    private volatile long downAt = Long.MAX_VALUE;

    SimulatedVe(Ctid ctid, NetfilterMask mask, String hostname, SimulatedClock clock, KernelTime kernelTime) {
        this.ctid = ctid;
        this.mask = mask;
        this.hostname = hostname;
        this.clock = clock;
        this.startedAt = clock.millis();
        this.netfilter = new Netfilter(() -> rights, module -> {}, kernelTime);
        ports.add(SimulatedNetwork.SSH);
    }

    Ctid ctid() {
        return ctid;
    }

    NetfilterMask mask() {
        return mask;
    }

    long startedAt() {
        return startedAt;
    }

    Netfilter netfilter() {
        return netfilter;
    }

    void setRights(NetfilterRights fresh) {
        rights = fresh;
    }

    String hostname() {
        return hostname;
    }

    void setHostname(String name) {
        hostname = name;
    }

    /** Ports on which something listens. */
    SortedSet<Integer> ports() {
        return new TreeSet<>(ports);
    }

    boolean networkUp() {
        return networkUp;
    }

    void networkFailed() {
        networkUp = false;
    }

    /** Init ends at this time of the host's clock. */
    void endAt(long millis) {
        downAt = Math.min(downAt, millis);
    }

    VeState state() {
        if (clock.millis() >= downAt) {
            return VeState.DOWN;
        }
        return downAt == Long.MAX_VALUE ? VeState.RUNNING : VeState.ENDING;
    }

    int processes() {
        return state() == VeState.DOWN ? 0 : USUAL_PROCESSES;
    }
}
