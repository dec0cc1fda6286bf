package vzguard.lab.real;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import vzguard.lab.model.VeStart;
import vzguard.lab.model.VeState;

/** One run of one VE, from start to end. */
final class VeProcess {
    private static final long HALT_SECONDS = 5;
    private static final int ENDED_BY_SIGNAL = 128;

    private final Process supervisor;
    private final ProcessHandle init;
    private final long pidOnHost;
    private final VeStart start;
    private final BufferedReader said;
    private volatile boolean ending;
    private boolean booted;

    private VeProcess(Process supervisor, ProcessHandle init, long pidOnHost, VeStart start, BufferedReader said) {
        this.supervisor = supervisor;
        this.init = init;
        this.pidOnHost = pidOnHost;
        this.start = start;
        this.said = said;
    }

    /** Starts the command, whose last descendant is the VE's init, and returns when init says that it is there. */
    static VeProcess start(List<String> command, String name, VeStart start) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
            String first = said.readLine();
            if (first == null || !first.startsWith("ready ")) {
                process.destroyForcibly();
                throw new LabException("VE " + name + " could not be started: " + first);
            }
            ProcessHandle init = onlyChild(onlyChild(process.toHandle()));
            return new VeProcess(process, init, Long.parseLong(first.substring("ready ".length())), start, said);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** nsenter, unshare and init are a chain of single children. */
    private static ProcessHandle onlyChild(ProcessHandle parent) {
        Optional<ProcessHandle> child = parent.children().findFirst();
        return child.orElseThrow(() -> new LabException("process " + parent.pid() + " has no child"));
    }

    /** Returns when the VE's services are up, or it ended. */
    synchronized void awaitBooted() {
        // Its supervisors hold the pipe open, so there is no end to be read after the one line.
        if (booted) {
            return;
        }
        booted = true;
        try {
            said.readLine();
        } catch (IOException ended) {
            // Its end is what state() tells.
        }
    }

    VeState state() {
        return !supervisor.isAlive() ? VeState.DOWN : ending ? VeState.ENDING : VeState.RUNNING;
    }

    long init() {
        return init.pid();
    }

    long pidOnHost() {
        return pidOnHost;
    }

    VeStart start() {
        return start;
    }

    /**
     * Runs {@code halt} in the VE.
     *
     * @return the process that ran it, when it failed by itself and the VE goes on running
     */
    OptionalLong halt() {
        ending = true;
        try {
            Process halt = new ProcessBuilder(Entry.into(init.pid(), "halt"))
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            // One that takes longer is on its way: a VE that ends takes its halt with it.
            boolean failed = halt.waitFor(HALT_SECONDS, TimeUnit.SECONDS)
                    && halt.exitValue() != 0
                    && halt.exitValue() < ENDED_BY_SIGNAL
                    && supervisor.isAlive();
            ending = !failed;
            return failed ? OptionalLong.of(halt.pid()) : OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while a VE ended");
        }
    }

    void kill() {
        ending = true;
        init.destroyForcibly();
    }
}
