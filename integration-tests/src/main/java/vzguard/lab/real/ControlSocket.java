package vzguard.lab.real;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * How the {@code lab} commands talk to a lab's server: one line with a request, then lines with the answer, the last of them
 * {@code ok} or {@code failed WHY}.
 */
public final class ControlSocket {
    private ControlSocket() {}

    /**
     * Asks the server behind a socket; returns the answer without its last line.
     *
     * @throws IOException when nobody answers
     * @throws LabException when the server says that it cannot
     */
    public static List<String> ask(Path socket, String request) throws IOException {
        List<String> answer = new ArrayList<>();
        try (SocketChannel server = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.connect(UnixDomainSocketAddress.of(socket));
            write(server, request + "\n");
            BufferedReader said =
                    new BufferedReader(new InputStreamReader(Channels.newInputStream(server), StandardCharsets.UTF_8));
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                answer.add(line);
            }
        }
        String last = answer.isEmpty() ? "failed without a word" : answer.remove(answer.size() - 1);
        if (!last.equals("ok")) {
            throw new LabException(last.replaceFirst("failed ", ""));
        }
        return answer;
    }

    /**
     * Listens from now on.
     *
     * @param answer takes the words of a request and returns lines; what it throws becomes {@code failed WHY}
     */
    public static void serve(Path socket, Executor executor, Function<List<String>, List<String>> answer)
            throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        executor.execute(() -> {
            while (server.isOpen()) {
                try {
                    SocketChannel connection = server.accept();
                    executor.execute(() -> answer(connection, answer));
                } catch (IOException e) {
                    System.err.println(socket.getFileName() + ": " + e);
                }
            }
        });
    }

    private static void answer(SocketChannel connection, Function<List<String>, List<String>> answer) {
        try (connection) {
            String request = new BufferedReader(
                            new InputStreamReader(Channels.newInputStream(connection), StandardCharsets.UTF_8))
                    .readLine();
            write(connection, text(List.of(String.valueOf(request).split(" ")), answer));
        } catch (IOException e) {
            System.err.println("an answer was not taken: " + e);
        }
    }

    private static String text(List<String> request, Function<List<String>, List<String>> answer) {
        StringBuilder text = new StringBuilder();
        try {
            answer.apply(request).forEach(line -> text.append(line).append('\n'));
            return text.append("ok\n").toString();
        } catch (RuntimeException e) {
            if (!(e instanceof LabException)) {
                e.printStackTrace();
            }
            return "failed " + String.valueOf(e.getMessage()).replace('\n', ' ') + "\n";
        }
    }

    private static void write(SocketChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
