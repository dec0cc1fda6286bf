package vzguard.lab.memory;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import vzguard.lab.real.ControlSocket;
import vzguard.lab.real.LabException;
import vzguard.lab.real.LabSpec;

/**
 * The one process behind a simulated lab: it holds the whole fleet, answers the {@code lab} commands, and lives until
 * {@code lab down} ends it, or somebody takes its folder away.
 */
public final class SimulatedLabServer {
    private static final long LOOK_SECONDS = 5;

    private SimulatedLabServer() {}

    /** Brings the lab up and serves it from other threads; ends the process when it could not be brought up. */
    public static void run(LabSpec spec, Path path) {
        PrintStream progress = System.out;
        try {
            StateFolder folder = new StateFolder(path);
            StateFolder.Held life = folder.lockForServer()
                    .orElseThrow(() -> new LabException("another server has the lock in " + path));
            folder.rememberServer(ProcessHandle.current().pid());
            MemoryFleet fleet = MemoryFleet.start(spec, path, folder.configuration(), progress::println);
            Runtime.getRuntime().addShutdownHook(new Thread(fleet::close, "the lab's end"));
            ExecutorService executor = Executors.newCachedThreadPool();
            ControlSocket.serve(folder.socket(), executor, new LabRequests(fleet)::carryOut);
            endWith(life);
            progress.println("up");
            // Whoever waits for the end of this stream goes on; later words go to the log on standard error.
            progress.close();
        } catch (IOException | RuntimeException e) {
            if (!(e instanceof LabException)) {
                e.printStackTrace();
            }
            progress.println("failed " + String.valueOf(e.getMessage()).replace("\n", "\\n"));
            progress.flush();
            Runtime.getRuntime().halt(1);
        }
    }

    /**
     * A folder for the time of a login may go without a word, and nobody could reach this process any more.
     *
     * @param life held from here, so that it lasts as long as the process
     */
    private static void endWith(StateFolder.Held life) {
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
        watch.scheduleWithFixedDelay(
                () -> {
                    if (!Files.exists(life.folder().socket())) {
                        System.exit(0);
                    }
                },
                LOOK_SECONDS,
                LOOK_SECONDS,
                TimeUnit.SECONDS);
    }
}
