package vzguard.controller.fleet;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import vzguard.v1.ControllerMessage;

/** The live streams, at most one per host. Belongs to the event loop's thread. */
public final class Streams {
    private final Map<String, AgentStream> live = new HashMap<>();

    public boolean isConnected(String hostId) {
        return live.containsKey(hostId);
    }

    public int count() {
        return live.size();
    }

    /** Queues a message for the host's agent; false when it is not connected. */
    public boolean send(String hostId, ControllerMessage message) {
        AgentStream stream = live.get(hostId);
        return stream != null && stream.offer(message);
    }

    /** Queues a message for all. */
    public void sendAll(ControllerMessage message) {
        live.values().forEach(stream -> stream.offer(message));
    }

    @Nullable
    AgentStream get(String hostId) {
        return live.get(hostId);
    }

    void put(AgentStream stream) {
        live.put(stream.hostId(), stream);
    }

    /** False when another stream has taken its place already. */
    boolean remove(AgentStream stream) {
        return live.remove(stream.hostId(), stream);
    }
}
