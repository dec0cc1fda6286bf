package vzguard.controller.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code vzguard-controller run} as a process of its own, which can be killed and stopped. */
public final class ControllerProcess implements AutoCloseable {
    private final Path state;
    private final int port;
    private final Optional<String> database;
    private Process process;

    /** @param database a URL; none: the state folder's file */
    public ControllerProcess(Path state, Optional<String> database) {
        this.state = state;
        this.database = database;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.process = launch();
    }

    private Process launch() {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                // It lives for seconds: what it starts with counts.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Dlogback.configurationFile=logback-test.xml",
                "vzguard.controller.ControllerMain",
                "run",
                "--state",
                state.toString(),
                "--listen",
                "127.0.0.1:" + port));
        database.ifPresent(url -> command.addAll(List.of("--database", url)));
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private File log() {
        return new File(state + ".log");
    }

    public int port() {
        return port;
    }

    public Path state() {
        return state;
    }

    public Process process() {
        return process;
    }

    /** As {@code kill -9}, and started again. */
    public void killAndLaunch() {
        kill();
        process = launch();
    }

    /** Returns when it is gone. */
    public void kill() {
        var unused = process.destroyForcibly().onExit().join();
    }

    /** SIGSTOP: it stands still until {@link #resume}. */
    public void suspend() {
        signal("-STOP");
    }

    public void resume() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            Process kill = new ProcessBuilder("kill", signal, Long.toString(process.pid())).start();
            if (kill.onExit().join().exitValue() != 0) {
                throw new IllegalStateException("kill " + signal + " failed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All that it printed. */
    public String output() {
        try {
            return Files.readString(log().toPath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
