package vzguard.agent.prove;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Greets as sshd does, and names whom it greets. Runs in a namespace of a test. */
final class FakeSshd {
    private FakeSshd() {}

    public static void main(String[] arguments) throws IOException {
        try (ServerSocket server = new ServerSocket()) {
            server.bind(new InetSocketAddress((InetAddress) null, Integer.parseInt(arguments[0])));
            System.out.println("listening");
            while (true) {
                try (Socket client = server.accept()) {
                    String greeting = "SSH-2.0-for_" + client.getInetAddress().getHostAddress() + "\r\n";
                    client.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
                }
            }
        }
    }
}
