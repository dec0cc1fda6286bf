package vzguard.lab.real;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import vzguard.values.Ctid;

/**
 * The kernel's part in loading modules for VEs, on kernels that do so: a socket in each VE's {@code /proc/.lab}, to which its
 * iptables front writes one module's name. The answer is the end of the connection, when the model has loaded it or not.
 */
final class AutoloadServer {
    private final HostNode host;
    private final ExecutorService executor;

    AutoloadServer(HostNode host, ExecutorService executor) {
        this.host = host;
        this.executor = executor;
    }

    void open(Ctid ctid) throws IOException {
        Path socket = host.directory().resolve("ve").resolve(ctid.text()).resolve("autoload");
        Files.createDirectories(socket.getParent());
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        executor.execute(() -> accept(server, ctid));
    }

    private void accept(ServerSocketChannel server, Ctid ctid) {
        while (server.isOpen()) {
            try {
                SocketChannel connection = server.accept();
                executor.execute(() -> answer(connection, ctid));
            } catch (IOException e) {
                System.err.println("modules of " + host.name() + "/" + ctid + ": " + e);
            }
        }
    }

    private void answer(SocketChannel connection, Ctid ctid) {
        try (connection) {
            String name = new BufferedReader(
                            new InputStreamReader(Channels.newInputStream(connection), StandardCharsets.ISO_8859_1))
                    .readLine();
            if (name != null && name.matches("[A-Za-z0-9_-]{1,64}")) {
                host.boot().programs().autoloadFor(ctid, name);
            }
        } catch (IOException e) {
            System.err.println("modules of " + host.name() + "/" + ctid + ": " + e);
        }
    }
}
