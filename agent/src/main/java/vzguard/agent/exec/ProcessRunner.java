package vzguard.agent.exec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Runs real programs: C locale, output read to the end but kept only up to the limit, and at the deadline the whole tree
 * of descendants is killed and waited for. (Killing only the program on top leaves what {@code vzctl exec} runs in the
 * VE behind: seen with vzctl 4.11.1.) To the tree belongs what has lost its parent meanwhile: each command's programs carry
 * a mark in their environment, by which such orphans are found.
 */
public final class ProcessRunner implements CommandRunner {
    private static final int BUFFER = 8192;
    private static final long GRACE_MILLIS = 2000;
    private static final String MARK = "VZGUARD_COMMAND";

    private final Map<String, String> environment;
    private final Consumer<String> log;
    private final AtomicBoolean leftoverLogged = new AtomicBoolean();

    /** @param log told once, when a killed program would not go away */
    public ProcessRunner(Consumer<String> log) {
        this(Map.of(), log);
    }

    /** @param environment variables set for every program, on top of the agent's own */
    public ProcessRunner(Map<String, String> environment, Consumer<String> log) {
        this.environment = Map.copyOf(environment);
        this.log = log;
    }

    @Override
    public CommandResult run(Command command) {
        ProcessBuilder builder = new ProcessBuilder(command.argv());
        builder.environment().put("LC_ALL", "C");
        builder.environment().remove("LANGUAGE");
        builder.environment().putAll(environment);
        String mark = UUID.randomUUID().toString();
        builder.environment().put(MARK, mark);
        try {
            return command.leaveRunning() ? watchDetached(builder, command) : watch(builder.start(), command, mark);
        } catch (IOException e) {
            String message = e.getMessage();
            return CommandResult.notStarted(message == null ? e.toString() : message);
        }
    }

    /** Its output goes to files: a pipe would kill it when the agent, which reads it, dies. */
    private static CommandResult watchDetached(ProcessBuilder builder, Command command) throws IOException {
        Path out = Files.createTempFile("vzguard-", ".out");
        Path err = Files.createTempFile("vzguard-", ".err");
        try {
            Process process = builder.redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            feed(process, command.stdin());
            boolean ended = process.waitFor(command.deadline().toMillis(), TimeUnit.MILLISECONDS);
            return detached(ended ? process.exitValue() : -1, !ended, out, err, command.outputLimit());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return detached(-1, true, out, err, command.outputLimit());
        } finally {
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }

    private static CommandResult detached(int exit, boolean timedOut, Path out, Path err, int limit)
            throws IOException {
        byte[] stdout = Files.readAllBytes(out);
        byte[] stderr = Files.readAllBytes(err);
        return new CommandResult(
                exit,
                Arrays.copyOf(stdout, Math.min(limit, stdout.length)),
                Arrays.copyOf(stderr, Math.min(limit, stderr.length)),
                timedOut,
                stdout.length > limit || stderr.length > limit);
    }

    private CommandResult watch(Process process, Command command, String mark) {
        Capture out = new Capture(process.getInputStream(), command.outputLimit());
        Capture err = new Capture(process.getErrorStream(), command.outputLimit());
        List<Thread> helpers = List.of(
                started("stdout", out), started("stderr", err), started("stdin", () -> feed(process, command.stdin())));
        boolean ended = false;
        boolean interrupted = false;
        try {
            ended = process.waitFor(command.deadline().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (!ended) {
            killTree(process, command, mark);
        }
        for (Thread helper : helpers) {
            // A descendant that survived in another session may hold the pipes open: do not wait for it for ever.
            interrupted |= !joined(helper);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        int exit = ended ? process.exitValue() : 128 + 9;
        return new CommandResult(exit, out.bytes(), err.bytes(), !ended, out.cut() || err.cut());
    }

    private static Thread started(String name, Runnable work) {
        Thread thread = new Thread(work, "command " + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** False when this thread was interrupted meanwhile. */
    private static boolean joined(Thread helper) {
        try {
            helper.join(GRACE_MILLIS);
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }

    private static void feed(Process process, byte[] stdin) {
        try (OutputStream input = process.getOutputStream()) {
            input.write(stdin);
        } catch (IOException e) {
            // The program ended, or closed its input, before it read all: its exit code says what that means.
        }
    }

    private void killTree(Process process, Command command, String mark) {
        Set<ProcessHandle> tree = new LinkedHashSet<>();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
        boolean alive;
        do {
            // Look again each time: a child may have been born between the look and the kill.
            tree.add(process.toHandle());
            List.copyOf(tree).forEach(handle -> handle.descendants().forEach(tree::add));
            ProcessHandle.allProcesses().filter(handle -> carries(handle, mark)).forEach(tree::add);
            tree.forEach(ProcessHandle::destroyForcibly);
            alive = tree.stream().anyMatch(handle -> !endedSoon(handle));
        } while (alive && System.nanoTime() < end);
        if (alive && leftoverLogged.compareAndSet(false, true)) {
            log.accept("could not kill all of: " + command);
        }
    }

    private static boolean carries(ProcessHandle handle, String mark) {
        try {
            byte[] variables = Files.readAllBytes(Path.of("/proc/" + handle.pid() + "/environ"));
            return new String(variables, StandardCharsets.ISO_8859_1).contains(MARK + "=" + mark);
        } catch (IOException e) {
            // It has ended, or is not ours to look into.
            return false;
        }
    }

    private static boolean endedSoon(ProcessHandle handle) {
        try {
            handle.onExit().get(100, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return hasEnded(handle);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            return hasEnded(handle);
        }
    }

    /** A dead process whose new parent has not fetched its end yet runs no more; Java calls it alive. */
    public static boolean hasEnded(ProcessHandle handle) {
        try {
            String stat = Files.readString(Path.of("/proc/" + handle.pid() + "/stat"), StandardCharsets.ISO_8859_1);
            return !handle.isAlive() || stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return !handle.isAlive();
        }
    }

    /** Reads a stream to its end, keeps its beginning. */
    private static final class Capture implements Runnable {
        private final InputStream stream;
        private final int limit;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
        private boolean cut;

        Capture(InputStream stream, int limit) {
            this.stream = stream;
            this.limit = limit;
        }

        @Override
        public void run() {
            byte[] buffer = new byte[BUFFER];
            try {
                for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                    keep(buffer, read);
                }
            } catch (IOException e) {
                // The pipe broke with the program's death: what was read so far is its output.
            }
        }

        private synchronized void keep(byte[] buffer, int read) {
            int room = Math.min(read, limit - kept.size());
            kept.write(buffer, 0, room);
            cut |= room < read;
        }

        synchronized byte[] bytes() {
            return kept.toByteArray();
        }

        synchronized boolean cut() {
            return cut;
        }
    }
}
