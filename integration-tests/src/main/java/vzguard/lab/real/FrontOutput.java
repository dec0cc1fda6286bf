package vzguard.lab.real;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vzguard.lab.model.ProgramOutcome;
import vzguard.lab.model.ProgramOutput;

/** What goes back to one front: lines while the program runs, then how it ends. */
final class FrontOutput implements ProgramOutput {
    private final SocketChannel connection;
    private volatile boolean gone;

    /** A front sends nothing after its call, so the end of its stream means that it was killed. */
    FrontOutput(SocketChannel connection, Executor executor, InputStream in) {
        this.connection = connection;
        executor.execute(() -> {
            try {
                gone = in.read() < 0;
            } catch (IOException closed) {
                gone = true;
            }
        });
    }

    @Override
    public void out(String line) {
        send('o', line + "\n");
    }

    @Override
    public void err(String line) {
        send('e', line + "\n");
    }

    @Override
    public boolean callerGone() {
        return gone;
    }

    void exit(int code) {
        send('x', Integer.toString(code));
    }

    void run(long pidOnHost, ProgramOutcome.RunInVe run) {
        String text = run.input() instanceof ProgramOutcome.Input.Text given ? given.text() : "";
        String input = run.input() instanceof ProgramOutcome.Input.Text
                ? "text"
                : run.input() instanceof ProgramOutcome.Input.CallersTerminal ? "terminal" : "caller";
        List<String> head = List.of(
                Long.toString(pidOnHost),
                input,
                run.exitRule().name(),
                run.fallbackProgram().orElse(""),
                lines(run.before()),
                lines(run.after()),
                text,
                String.join("\n", ProgramOutcome.RunInVe.ENVIRONMENT));
        send('r', Stream.concat(head.stream(), run.arguments().stream()).collect(Collectors.joining("\0")));
    }

    private static String lines(List<String> lines) {
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private synchronized void send(char kind, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        byte[] head = (kind + " " + bytes.length + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer whole = ByteBuffer.allocate(head.length + bytes.length)
                .put(head)
                .put(bytes)
                .flip();
        try {
            while (whole.hasRemaining()) {
                connection.write(whole);
            }
        } catch (IOException e) {
            gone = true;
        }
    }
}
