package vzguard.lab.real;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import vzguard.lab.model.ProgramCall;
import vzguard.lab.model.ProgramOutcome;

/** Answers the fronts of one host: each call gets a connection of its own on the host's socket. */
final class FrontServer {
    private static final int LARGEST_CALL = 4 << 20;

    private final HostNode host;
    private final ExecutorService executor;

    FrontServer(HostNode host, ExecutorService executor) {
        this.host = host;
        this.executor = executor;
    }

    /** Opens the socket; calls are answered from then on, by the executor's threads. */
    void open() throws IOException {
        Path socket = host.directory().resolve("front/socket");
        Files.createDirectories(socket.getParent());
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        executor.execute(() -> accept(server));
    }

    private void accept(ServerSocketChannel server) {
        while (server.isOpen()) {
            try {
                SocketChannel connection = server.accept();
                executor.execute(() -> answer(connection));
            } catch (IOException e) {
                System.err.println("front of " + host.name() + ": " + e);
            }
        }
    }

    private void answer(SocketChannel connection) {
        try (connection) {
            InputStream in = Channels.newInputStream(connection);
            List<String> words = readCall(in);
            FrontOutput output = new FrontOutput(connection, executor, in);
            ProgramCall call =
                    new ProgramCall(words.get(0), words.subList(2, words.size()), Long.parseLong(words.get(1)));
            try {
                HostNode.Boot boot = host.boot();
                if (call.program().equals("boot")) {
                    boot.programs().boot(call.pid(), output, () -> startNetwork(boot.floor()));
                    output.exit(0);
                } else {
                    finish(boot, boot.programs().run(call, output), output);
                }
            } catch (RuntimeException e) {
                e.printStackTrace();
                output.err(call.program() + ": the lab failed: " + e.getMessage());
                output.exit(1);
            }
        } catch (IOException e) {
            System.err.println("front of " + host.name() + ": " + e);
        }
    }

    /** A hook may print what it likes and fail; that keeps its interface down, not the host. */
    private static void startNetwork(NamespaceFloor floor) {
        String said = Programs.run(
                        Entry.loggedIn(floor.init(), List.of("bash", "/run/vzguard-lab/library/host-network")))
                .output();
        if (!said.isBlank()) {
            System.err.println(floor.hostName() + ": " + said.strip());
        }
    }

    private static void finish(HostNode.Boot boot, ProgramOutcome outcome, FrontOutput output) {
        if (outcome instanceof ProgramOutcome.Exit exit) {
            output.exit(exit.code());
        } else if (outcome instanceof ProgramOutcome.RunInVe run) {
            output.run(boot.floor().live(run.ctid()).pidOnHost(), run);
        }
    }

    private static List<String> readCall(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < '0' || next > '9' || head.length() > 8) {
                throw new IOException("not a call of a front");
            }
            head.append((char) next);
        }
        int size = Integer.parseInt(head.toString());
        if (size > LARGEST_CALL) {
            throw new IOException("a call of " + size + " bytes");
        }
        List<String> words = List.of(new String(in.readNBytes(size), StandardCharsets.ISO_8859_1).split("\0", -1));
        if (words.size() < 2) {
            throw new IOException("a call without a program");
        }
        return words;
    }
}
