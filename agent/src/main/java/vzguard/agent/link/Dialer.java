package vzguard.agent.link;

import io.grpc.ManagedChannel;
import java.io.IOException;

/** Opens the way to a controller; a new one for each stream. Called on the link's timer thread. */
@FunctionalInterface
public interface Dialer {
    /**
     * Must not wait for the network: what goes wrong there ends the call.
     *
     * @param controller HOST:PORT
     * @throws IOException when this host lacks what it needs for it
     */
    ManagedChannel dial(String controller) throws IOException;
}
