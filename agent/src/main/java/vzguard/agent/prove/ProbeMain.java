package vzguard.agent.prove;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes connections and says what came back. Runs in a JVM of its own, in the namespace of a proof, and therefore uses
 * plain JDK sockets only.
 *
 * <p>Standard input: lines {@code NUMBER FROM TO PORT TIMEOUT_MS}; a line {@code lane} begins a new lane. Connections of
 * one lane are made one after the other, lanes run in parallel; the end of one whose number is followed by {@code &} is not
 * waited for before the next of its lane is made. Standard output: {@code NUMBER answered|silent|refused
 * DETAIL} per connection, as soon as it is over.
 */
public final class ProbeMain {
    /** sshd forks before it greets; on a busy host that takes its time. The guard has let it through by then. */
    private static final int GREETING_MS = 5000;

    private static final int LONGEST_GREETING = 255;

    private ProbeMain() {}

    private record Connection(String number, String from, String to, int port, int timeoutMs) {
        boolean aside() {
            return number.endsWith("&");
        }
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<Thread> lanes = new ArrayList<>();
        for (List<Connection> lane : read(System.in)) {
            lanes.add(started(() -> run(lane)));
        }
        for (Thread lane : lanes) {
            lane.join();
        }
    }

    /** The program ends when the last thread does: nothing is lost. */
    private static void run(List<Connection> lane) {
        for (Connection one : lane) {
            if (one.aside()) {
                aside(one);
            } else {
                tell(System.out, one, attempt(one));
            }
        }
    }

    /** Its SYN is on its way when this returns, before that of the lane's next connection. */
    private static void aside(Connection one) {
        try {
            SocketChannel channel = SocketChannel.open();
            channel.configureBlocking(false);
            channel.bind(new InetSocketAddress(InetAddress.getByName(one.from()), 0));
            channel.connect(new InetSocketAddress(InetAddress.getByName(one.to()), one.port()));
            started(() -> tell(System.out, one, awaited(channel, one.timeoutMs())));
        } catch (IOException e) {
            tell(System.out, one, "refused " + oneLine(e));
        }
    }

    private static String awaited(SocketChannel channel, int timeoutMs) {
        try (channel) {
            try (Selector selector = Selector.open()) {
                channel.register(selector, SelectionKey.OP_CONNECT);
                if (!channel.isConnected() && (selector.select(timeoutMs) == 0 || !channel.finishConnect())) {
                    return silent(timeoutMs);
                }
            }
            channel.configureBlocking(true);
            return greeting(channel.socket());
        } catch (IOException e) {
            return "refused " + oneLine(e);
        }
    }

    private static String silent(int timeoutMs) {
        return "silent timed out after " + timeoutMs + " ms";
    }

    private static Thread started(Runnable work) {
        Thread thread = new Thread(work);
        thread.start();
        return thread;
    }

    private static List<List<Connection>> read(InputStream in) throws IOException {
        List<List<Connection>> lanes = new ArrayList<>();
        lanes.add(new ArrayList<>());
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.US_ASCII));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.equals("lane")) {
                lanes.add(new ArrayList<>());
                continue;
            }
            String[] words = line.split(" ", -1);
            if (words.length != 5) {
                throw new IOException("not NUMBER FROM TO PORT TIMEOUT_MS: " + line);
            }
            lanes.get(lanes.size() - 1)
                    .add(new Connection(
                            words[0], words[1], words[2], Integer.parseInt(words[3]), Integer.parseInt(words[4])));
        }
        return lanes;
    }

    private static void tell(PrintStream out, Connection connection, String answer) {
        String line = connection.number() + " " + answer + "\n";
        synchronized (out) {
            out.print(line);
            out.flush();
        }
    }

    private static String attempt(Connection connection) {
        try (Socket socket = new Socket()) {
            // The addresses are literals: nothing is looked up.
            socket.bind(new InetSocketAddress(InetAddress.getByName(connection.from()), 0));
            socket.connect(
                    new InetSocketAddress(InetAddress.getByName(connection.to()), connection.port()),
                    connection.timeoutMs());
            return greeting(socket);
        } catch (SocketTimeoutException e) {
            return silent(connection.timeoutMs());
        } catch (IOException e) {
            return "refused " + oneLine(e);
        }
    }

    private static String greeting(Socket socket) throws IOException {
        socket.setSoTimeout(GREETING_MS);
        InputStream in = socket.getInputStream();
        StringBuilder line = new StringBuilder();
        try {
            for (int c = in.read(); c >= 0 && c != '\n' && line.length() < LONGEST_GREETING; c = in.read()) {
                line.append(c >= ' ' && c < 127 ? (char) c : '?');
            }
        } catch (SocketTimeoutException e) {
            return "refused connected, but no greeting within " + GREETING_MS + " ms";
        }
        String text = line.toString().replaceAll("\\?+$", "");
        return text.startsWith("SSH-") ? "answered " + text : "refused connected, but no sshd greets there: " + text;
    }

    private static String oneLine(IOException e) {
        return String.valueOf(e.getMessage()).replace('\n', ' ');
    }
}
