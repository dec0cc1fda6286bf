package vzguard.controller.outside;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import vzguard.v1.PortView;

/** Against real sockets of the loopback. */
class KnockTest {
    private static final int PATIENCE = 60;

    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final List<Knock> closed = new CopyOnWriteArrayList<>();

    @AfterEach
    void end() {
        timers.shutdownNow();
    }

    private Knock knock(int port) throws IOException {
        Knock knock = Knock.to(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), timers, closed::add);
        knock.connect();
        return knock;
    }

    private static PortView seen(Knock knock) throws Exception {
        return knock.seen().get(PATIENCE, TimeUnit.SECONDS);
    }

    /** Its backlog alone takes connections; a test accepts when it says something. */
    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    private static Socket say(ServerSocket server, String text) throws IOException {
        Socket accepted = server.accept();
        accepted.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return accepted;
    }

    @Test
    void aGreetingIsReadAndTheConnectionStandsForAWhile() throws Exception {
        try (ServerSocket server = listen()) {
            Knock knock = knock(server.getLocalPort());
            try (Socket accepted = say(server, "one moment\r\nSSH-2.0-OpenSSH_9.2p1 Debian\r\n")) {
                PortView view = seen(knock);
                assertThat(view.getAnswered()).isTrue();
                assertThat(view.getDetail()).isEqualTo("SSH-2.0-OpenSSH_9.2p1 Debian");
                assertThat(view.getPort()).isEqualTo(server.getLocalPort());
                assertThat(view.getFromAddress())
                        .isEqualTo(accepted.getInetAddress().getHostAddress());
                assertThat(view.getFromPort()).isEqualTo(accepted.getPort());
                assertThat(closed).as("the host must be able to find it").isEmpty();
                // It says nothing, and goes by itself.
                assertThat(accepted.getInputStream().read()).isEqualTo(-1);
            }
            await().atMost(PATIENCE, TimeUnit.SECONDS).until(() -> closed.equals(List.of(knock)));
        }
    }

    @Test
    void aPortWhereNobodyListensIsSaidToBeSo() throws Exception {
        int port;
        try (ServerSocket server = listen()) {
            port = server.getLocalPort();
        }
        Knock knock = knock(port);
        PortView view = seen(knock);
        assertThat(view.getAnswered()).isFalse();
        assertThat(view.getDetail()).containsIgnoringCase("refused");
        await().atMost(PATIENCE, TimeUnit.SECONDS).until(() -> closed.equals(List.of(knock)));
    }

    @Test
    void whatIsNoSshdDoesNotCount() throws Exception {
        try (ServerSocket server = listen()) {
            Knock knock = knock(server.getLocalPort());
            say(server, "220 mail.example.net ESMTP\r\n").close();
            PortView view = seen(knock);
            assertThat(view.getAnswered()).isFalse();
            assertThat(view.getDetail()).contains("not that of an sshd");
            await().atMost(PATIENCE, TimeUnit.SECONDS).until(() -> closed.size() == 1);
        }
    }

    @Test
    void whoSaysNothingIsGivenUp() throws Exception {
        try (ServerSocket server = listen()) {
            Knock knock = knock(server.getLocalPort());
            PortView view = seen(knock);
            assertThat(view.getAnswered()).isFalse();
            assertThat(view.getDetail()).contains("no greeting within");
            await().atMost(PATIENCE, TimeUnit.SECONDS).until(() -> closed.size() == 1);
        }
    }

    @Test
    void aControllerThatEndsLeavesNoConnection() throws Exception {
        try (ServerSocket server = listen()) {
            timers.shutdownNow();
            Knock knock = knock(server.getLocalPort());
            assertThat(seen(knock).getAnswered()).isFalse();
            assertThat(closed).containsExactly(knock);
        }
    }
}
