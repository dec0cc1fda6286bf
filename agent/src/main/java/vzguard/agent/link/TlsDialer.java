package vzguard.agent.link;

import io.grpc.ManagedChannel;
import java.io.IOException;
import java.nio.file.Path;
import vzguard.agent.enrol.Identity;
import vzguard.agent.enrol.IdentityFolder;

/**
 * Mutual TLS with the identity of the state directory, read anew each time: a mended one counts at once.
 *
 * @param stateDirectory of the agent
 */
record TlsDialer(Path stateDirectory) implements Dialer {
    @Override
    public ManagedChannel dial(String controller) throws IOException {
        Identity identity = new IdentityFolder(stateDirectory)
                .load()
                .orElseThrow(() -> new IOException("this host has no identity: run vzguard-agent enrol"));
        return ControllerChannel.open(controller, identity);
    }
}
