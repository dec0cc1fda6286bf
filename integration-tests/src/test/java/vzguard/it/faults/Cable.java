package vzguard.it.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The wire between an agent and its controller: a port of the loopback that leads to whatever port it is plugged into, and is
 * cut before a chosen piece of what goes over it, in whichever direction. Safe for use by several threads.
 */
final class Cable implements AutoCloseable {
    private final ServerSocket entry;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Socket> open = new ArrayList<>();
    private final Runnable onCut;
    private int port;
    private int left = Integer.MAX_VALUE;

    /** @param onCut told, on a thread of the cable, when it was cut as planned; nothing goes over it any more */
    Cable(int port, Runnable onCut) {
        this.port = port;
        this.onCut = onCut;
        try {
            this.entry = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    int port() {
        return entry.getLocalPort();
    }

    /** From now on so many pieces go over it, and then no more. */
    synchronized void cutAfter(int pieces) {
        left = pieces;
    }

    /** Whether it was cut since {@link #cutAfter}. */
    synchronized boolean isCut() {
        return left < 0;
    }

    /** Leads to this port from now on, and is whole again. */
    synchronized void plug(int next) {
        port = next;
        left = Integer.MAX_VALUE;
    }

    /** Leads to another port from now on; what went over it to the port before is cut off. */
    synchronized void moveTo(int next) {
        open.forEach(Cable::closeQuietly);
        open.clear();
        plug(next);
    }

    private void accept() {
        while (!entry.isClosed()) {
            try {
                Socket from = entry.accept();
                connect(from);
            } catch (IOException e) {
                // Closed, or nobody listens behind it: the other end comes again.
                continue;
            }
        }
    }

    private void connect(Socket from) throws IOException {
        Socket to;
        synchronized (this) {
            if (isCut()) {
                from.close();
                return;
            }
            try {
                to = new Socket(InetAddress.getLoopbackAddress(), port);
            } catch (IOException e) {
                from.close();
                throw e;
            }
            open.add(from);
            open.add(to);
        }
        threads.execute(() -> carry(from, to));
        threads.execute(() -> carry(to, from));
    }

    private void carry(Socket from, Socket to) {
        byte[] piece = new byte[64 << 10];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int length = in.read(piece); length >= 0; length = in.read(piece)) {
                if (!mayPass()) {
                    return;
                }
                out.write(piece, 0, length);
            }
        } catch (IOException e) {
            // One end is gone; closing both tells the other.
            return;
        }
    }

    private boolean mayPass() {
        synchronized (this) {
            if (left == Integer.MAX_VALUE) {
                return true;
            }
            boolean already = left < 0;
            left = already ? left : left - 1;
            if (left >= 0 || already) {
                return !already;
            }
            open.forEach(Cable::closeQuietly);
            open.clear();
        }
        onCut.run();
        return false;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            entry.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        synchronized (this) {
            open.forEach(Cable::closeQuietly);
        }
        threads.shutdownNow();
    }
}
