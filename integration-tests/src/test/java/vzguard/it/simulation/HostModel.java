package vzguard.it.simulation;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import vzguard.agent.link.Sections;
import vzguard.v1.HostFacts;
import vzguard.v1.VeFacts;
import vzguard.v1.VeState;

/** A host with its VEs, whether an agent runs on it or not. */
final class HostModel {
    final String id;
    final String name;
    final Map<String, Ve> ves = new TreeMap<>();
    final Map<String, ByteString> guards = new TreeMap<>();
    private final World world;
    private final LongSupplier clock;
    private final Set<String> numbers = new TreeSet<>();
    private int serials;
    int boots = 1;

    /** @param clock of the host, milliseconds since 1970 */
    HostModel(World world, String id, String name, LongSupplier clock) {
        this.world = world;
        this.id = id;
        this.name = name;
        this.clock = clock;
    }

    Ve create(String ctid) {
        Ve ve = new Ve(ctid, serials++, !numbers.add(ctid));
        ve.shared = world.chance(3);
        ves.put(ctid, ve);
        return ve;
    }

    void start(Ve ve) {
        ve.running = true;
        ve.shared = true;
        // One start is one instant.
        ve.startedAt = Math.max(clock.getAsLong(), ve.startedAt + 10);
    }

    void stop(Ve ve) {
        ve.running = false;
    }

    /** The host starts anew, and those of its VEs that start with it. */
    void reboot() {
        boots++;
        for (Ve ve : ves.values()) {
            ve.locked = false;
            stop(ve);
            if (ve.onboot && !ve.disabled) {
                start(ve);
            }
        }
    }

    /** What a sweep sees. */
    Sections sections() {
        SortedMap<String, VeFacts> facts = new TreeMap<>();
        ves.values().forEach(ve -> facts.put(ve.ctid, facts(ve)));
        return new Sections(
                HostFacts.newBuilder()
                        .setName(name)
                        .setKernel("2.6.32")
                        .setBootId("boot " + boots)
                        .setObservedAt(Timestamps.fromMillis(clock.getAsLong()))
                        .build(),
                facts);
    }

    VeFacts facts(Ve ve) {
        VeFacts.Builder facts = VeFacts.newBuilder()
                .setCtid(ve.ctid)
                .setState(ve.running ? VeState.VE_STATE_RUNNING : VeState.VE_STATE_STOPPED)
                .setHostname("serial" + ve.serial)
                .setDisabled(ve.disabled)
                .setOnboot(ve.onboot)
                .setRestartPending(!ve.shared)
                .setObservedAt(Timestamps.fromMillis(clock.getAsLong()));
        ve.guards.forEach((policy, guard) -> facts.addProblems(policy + " " + guard.hashCode()));
        if (ve.running) {
            facts.setStartedAt(Timestamps.fromMillis(ve.startedAt));
        }
        return facts.build();
    }
}
