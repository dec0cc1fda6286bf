package vzguard.it.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All connections, and who cannot reach whom. */
final class Network {
    private static final int KEEPALIVE = 28_000;

    final World world;
    private final Map<String, SimulatedController> listening = new HashMap<>();
    private final List<Wire> wires = new ArrayList<>();
    /** Until when a host is cut off. */
    private final Map<String, Long> cut = new HashMap<>();

    private final List<String> violations;
    private boolean calm;

    Network(World world, List<String> violations) {
        this.world = world;
        this.violations = violations;
    }

    /** From now on nothing is cut, and nothing is very late. */
    void calm() {
        calm = true;
        cut.clear();
    }

    long latency() {
        return !calm && world.chance(12) ? world.random.nextInt(4000) : 1 + world.random.nextInt(40);
    }

    void listen(String address, SimulatedController controller) {
        listening.put(address, controller);
    }

    Wire dial(Machine agent, String hostId, String controller) {
        Wire wire = new Wire(this, agent, hostId, controller);
        wires.add(wire);
        return wire;
    }

    void forget(Wire wire) {
        wires.remove(wire);
    }

    /** The controller that answers there, if the host gets through. */
    @Nullable
    SimulatedController reach(String hostId, String address) {
        SimulatedController controller = listening.get(address);
        boolean through = cut.getOrDefault(hostId, 0L) <= world.now();
        return through && controller != null && controller.machine().isAlive() ? controller : null;
    }

    /** Nothing gets through to or from a host. */
    void cut(String hostId, long millis) {
        world.say(() -> hostId + " is cut off for " + millis + " ms");
        cut.put(hostId, world.now() + millis);
        for (Wire wire : List.copyOf(wires)) {
            if (wire.hostId().equals(hostId)) {
                if (millis > KEEPALIVE || world.random.nextBoolean()) {
                    wire.breakOff(false);
                } else {
                    wire.freeze(world.now() + millis);
                }
            }
        }
    }

    /** One connection breaks. */
    void breakOne() {
        if (!wires.isEmpty()) {
            Wire wire = wires.get(world.random.nextInt(wires.size()));
            world.say(() -> "the connection of " + wire.hostId() + " breaks");
            wire.breakOff(world.random.nextBoolean());
        }
    }

    void died(Machine agent) {
        boolean quick = world.random.nextBoolean();
        List.copyOf(wires).stream().filter(wire -> wire.agent() == agent).forEach(wire -> wire.breakOff(quick));
    }

    void died(SimulatedController controller) {
        boolean quick = world.random.nextBoolean();
        List.copyOf(wires).stream().filter(wire -> wire.isTo(controller)).forEach(wire -> wire.breakOff(quick));
    }

    void violation(String what, RuntimeException cause) {
        violations.add(what + ": " + cause);
    }
}
