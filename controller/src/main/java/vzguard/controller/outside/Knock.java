package vzguard.controller.outside;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.CompletionHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import vzguard.v1.PortView;

/**
 * One new connection to one port: waits for sshd's greeting, says nothing itself, and holds an answered connection for a while, so
 * that the host can see it. Never blocks. Safe for use by many threads.
 */
final class Knock implements CompletionHandler<Integer, Void> {
    /** The kernel sends its SYN twice within this; a third one would count towards a guard's limit for nothing. */
    static final Duration TO_CONNECT = Duration.ofMillis(2500);
    /** From the connection on: a busy sshd is slow to fork. */
    static final Duration TO_GREET = Duration.ofSeconds(5);

    static final Duration HELD = Duration.ofSeconds(5);

    private static final int LONGEST_GREETING = 255;
    /** sshd may say other lines before (RFC 4253, 4.2). */
    private static final int MOST_BYTES = 2048;

    private final InetSocketAddress target;
    private final ScheduledExecutorService timers;
    private final Consumer<Knock> whenClosed;
    private final AsynchronousSocketChannel channel;
    private final CompletableFuture<PortView> seen = new CompletableFuture<>();
    private final ByteBuffer said = ByteBuffer.allocate(MOST_BYTES);
    private Optional<InetSocketAddress> from = Optional.empty();
    private boolean closed;

    private Knock(
            InetSocketAddress target,
            ScheduledExecutorService timers,
            Consumer<Knock> whenClosed,
            AsynchronousSocketChannel channel) {
        this.target = target;
        this.timers = timers;
        this.whenClosed = whenClosed;
        this.channel = channel;
    }

    /**
     * Made, and not yet begun.
     *
     * @param timers for deadlines
     * @param whenClosed told once, when nothing of it is left
     * @throws IOException when this process may have no more sockets; then nobody is told
     */
    static Knock to(InetSocketAddress target, ScheduledExecutorService timers, Consumer<Knock> whenClosed)
            throws IOException {
        return new Knock(target, timers, whenClosed, AsynchronousSocketChannel.open());
    }

    /** What was seen; never fails. */
    CompletableFuture<PortView> seen() {
        return seen;
    }

    /** Begins. Call once. */
    void connect() {
        after(TO_CONNECT, () -> {
            if (!isConnected()) {
                unanswered("timed out after " + TO_CONNECT.toMillis() + " ms");
            }
        });
        channel.connect(target, null, new CompletionHandler<Void, Void>() {
            @Override
            public void completed(Void nothing, Void none) {
                connected();
            }

            @Override
            public void failed(Throwable why, Void none) {
                unanswered(explain(why));
            }
        });
    }

    private synchronized boolean isConnected() {
        return from.isPresent();
    }

    private void connected() {
        try {
            synchronized (this) {
                from = Optional.of((InetSocketAddress) channel.getLocalAddress());
            }
            after(TO_GREET, () -> unanswered("no greeting within " + TO_GREET.toMillis() + " ms"));
            channel.read(said, null, this);
        } catch (IOException e) {
            unanswered(explain(e));
        }
    }

    @Override
    public void completed(Integer bytes, Void none) {
        String text = new String(said.array(), 0, said.position(), StandardCharsets.ISO_8859_1);
        Optional<String> greeting = text.substring(0, text.lastIndexOf('\n') + 1)
                .lines()
                .filter(line -> line.startsWith("SSH-"))
                .findFirst();
        if (greeting.isPresent()) {
            answered(greeting.get());
        } else if (bytes < 0 || !said.hasRemaining()) {
            unanswered("connected, but the greeting was not that of an sshd");
        } else {
            channel.read(said, null, this);
        }
    }

    @Override
    public void failed(Throwable why, Void none) {
        unanswered(explain(why));
    }

    private void answered(String greeting) {
        after(HELD, this::close);
        end(true, greeting.substring(0, Math.min(LONGEST_GREETING, greeting.length())));
    }

    /** Does nothing to a connection that was answered. */
    private void unanswered(String why) {
        if (end(false, why)) {
            close();
        }
    }

    private boolean end(boolean answered, String detail) {
        PortView.Builder view = PortView.newBuilder()
                .setPort(target.getPort())
                .setAnswered(answered)
                .setDetail(detail);
        synchronized (this) {
            from.ifPresent(end ->
                    view.setFromAddress(end.getAddress().getHostAddress()).setFromPort(end.getPort()));
        }
        return seen.complete(view.build());
    }

    void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing was written that could be lost.
        }
        whenClosed.accept(this);
        end(false, "given up");
    }

    private void after(Duration delay, Runnable task) {
        try {
            var unused = timers.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The controller ends.
            close();
        }
    }

    private static String explain(Throwable why) {
        String message = why.getMessage();
        return message == null ? why.getClass().getSimpleName() : message;
    }
}
