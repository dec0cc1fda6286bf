package vzguard.it.contract;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import vzguard.agent.exec.CommandResult;
import vzguard.it.real.Ran;
import vzguard.lab.real.RealLab;

/** The transcripts' host as a host of a real lab, installed anew; a shell in it, as a process of the host, runs the lines. */
final class RealTranscriptFloor implements TranscriptFloor {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    /** What is left of the two minutes for which vzctl waits for a CT that does not hear its halt. */
    private static final Duration PATIENCE_OF_VZCTL = Duration.ofSeconds(1);

    private final RealLab lab;
    private final String host;

    private final Runnable whenClosed;

    RealTranscriptFloor(RealLab lab, String host, Runnable whenClosed) {
        this.lab = lab;
        this.host = host;
        this.whenClosed = whenClosed;
        reinstall();
    }

    private void reinstall() {
        try {
            Path folder = Files.createTempDirectory("vzguard-it-host");
            try {
                for (Map.Entry<String, String> file : TranscriptHost.files().entrySet()) {
                    Path path = folder.resolve(file.getKey().substring(1));
                    Files.createDirectories(path.getParent());
                    Files.writeString(path, file.getValue());
                }
                for (String area : List.of("private/101", "private/105", "root/101", "root/105")) {
                    Files.createDirectories(folder.resolve("vz").resolve(area));
                }
                lab.reinstall(host, folder);
            } finally {
                delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public CommandResult shell(String line) {
        Ran ran = Ran.of(lab.execCommand(host, List.of("bash", "-c", line)), Map.of(), "", LIMIT);
        return CommandResult.of(ran.exit(), ran.out(), ran.err());
    }

    /** As {@link #shell}, for what only prepares the host; it must succeed. */
    private String prepare(String line) {
        CommandResult result = shell(line);
        if (!result.succeeded()) {
            throw new IllegalStateException(line + ": " + result.explain());
        }
        return result.out().strip();
    }

    @Override
    public long startProcess(String cmdline) {
        return Long.parseLong(prepare("setsid " + cmdline + " </dev/null >/dev/null 2>&1 & echo $!"));
    }

    @Override
    public void endProcess(long pid) {
        prepare("kill -KILL " + pid);
        await("process " + pid + " gone")
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> shell("test -e /proc/" + pid).exit() != 0);
    }

    /** The CT's own {@code halt} fails once, as it does when init does not listen yet, and then is itself again. */
    @Override
    public void makeDeaf(int ctid) {
        prepare("""
                cd /vz/root/%d/usr/sbin && cp -p halt halt.hearing &&
                printf '#!/bin/sh\\nmv /usr/sbin/halt.hearing /usr/sbin/halt\\nexit 1\\n' >halt
                """.formatted(ctid));
        lab.shortenNextWait(host, PATIENCE_OF_VZCTL);
    }

    /** A procfs of processes only lacks modules on any kernel. */
    @Override
    public void withoutModules() {
        prepare("rm -f /run/vzguard-lab/tree/proc/modules && rm -r /lib/modules"
                + " && if test -e /proc/modules; then mount -t proc -o subset=pid proc /proc; fi");
    }

    /** The next section installs the host anew, and the lab takes it down with itself. */
    @Override
    public void close() {
        whenClosed.run();
    }
}
