package vzguard.lab.model;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import vzguard.values.Ctid;

/** One host: its floor and the files on it, as the programs see them. */
record OpenVzHost(Floor floor, HostTree tree, HostConfiguration configuration, VeNames names) {

    static OpenVzHost on(Floor floor) {
        HostTree tree = new HostTree(floor.root());
        return new OpenVzHost(floor, tree, new HostConfiguration(tree), new VeNames(tree));
    }

    boolean isRunning(long ctid) {
        return floor.state(ctid(ctid)) != VeState.DOWN;
    }

    boolean isMounted(long ctid) {
        return floor.isMounted(ctid(ctid));
    }

    /** Whether configuration and private area are there, which is what vzctl calls {@code exist}. */
    boolean exists(long ctid) {
        return configuration.ofVe(ctid).isPresent() && tree.exists(configuration.privateArea(ctid));
    }

    /** The configured value, or nothing. */
    Optional<String> configured(long ctid, String key) {
        return configuration.ofVe(ctid).flatMap(config -> config.value(key));
    }

    void publishRights() {
        Map<Ctid, NetfilterRights> ves = floor.liveVes().stream()
                .collect(Collectors.toMap(
                        ctid -> ctid,
                        ctid -> KernelModules.veRights(floor.loadedModules(), floor.effectiveMask(ctid))));
        floor.publishRights(KernelModules.hostRights(floor.loadedModules()), ves);
    }

    static Ctid ctid(long number) {
        return new Ctid(Long.toString(number));
    }
}
