package vzguard.lab.model;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import vzguard.values.Ctid;

/** One host: its floor and the files on it, as the programs of its generation see them. */
record OpenVzHost(Floor floor, HostTree tree, HostConfiguration configuration, VeNames names, KernelModules modules) {

    static OpenVzHost on(Floor floor) {
        HostTree tree = new HostTree(floor.root());
        VzctlRelease release = floor.generation().vzctl();
        return new OpenVzHost(
                floor,
                tree,
                new HostConfiguration(tree, release),
                new VeNames(tree),
                KernelModules.of(floor.generation().kernel()));
    }

    VzctlRelease vzctl() {
        return floor.generation().vzctl();
    }

    boolean isRunning(VeId id) {
        return floor.state(id.ctid()) != VeState.DOWN;
    }

    boolean isMounted(VeId id) {
        return floor.isMounted(id.ctid());
    }

    /** Whether configuration and private area are there, which is what vzctl calls {@code exist}. */
    boolean exists(VeId id) {
        return configuration.ofVe(id).isPresent() && tree.exists(configuration.privateArea(id));
    }

    /** The configured value, or nothing. */
    Optional<String> configured(VeId id, String key) {
        return configuration.ofVe(id).flatMap(config -> config.value(key));
    }

    void publishRights() {
        Map<Ctid, NetfilterRights> ves = floor.liveVes().stream()
                .collect(Collectors.toMap(
                        ctid -> ctid, ctid -> modules.veRights(floor.loadedModules(), floor.startedWith(ctid))));
        floor.publishRights(modules.hostRights(floor.loadedModules(), !new HostConntrack(this).isOff()), ves);
    }
}
