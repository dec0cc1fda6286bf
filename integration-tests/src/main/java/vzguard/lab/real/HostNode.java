package vzguard.lab.real;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import vzguard.lab.model.Generation;
import vzguard.lab.model.HostPrograms;

/** One host of the lab over its boots. */
final class HostNode {
    private static final long BOOT_SECONDS = 60;

    /** One boot: the floor that came with it, and the programs on it. */
    record Boot(NamespaceFloor floor, HostPrograms programs) {}

    private final LabDirectory lab;
    private final String name;
    private final int number;
    private final LabSpec spec;
    private CompletableFuture<Boot> boot = new CompletableFuture<>();
    private @Nullable Process supervisor;

    HostNode(LabDirectory lab, String name, int number, LabSpec spec) {
        this.lab = lab;
        this.name = name;
        this.number = number;
        this.spec = spec;
    }

    String name() {
        return name;
    }

    Generation generation() {
        return spec.generation();
    }

    /** How many times as fast as in life vzctl's waits are over. */
    int hurry() {
        return spec.hurry();
    }

    int number() {
        return number;
    }

    Path directory() {
        return lab.host(name);
    }

    /** The present boot; waits for a host that is on its way up. */
    Boot boot() {
        CompletableFuture<Boot> present;
        synchronized (this) {
            present = boot;
        }
        try {
            return present.get(BOOT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while waiting for " + name);
        } catch (ExecutionException | TimeoutException e) {
            throw new LabException(
                    "host " + name + " is not up; see " + lab.logs().resolve(name + ".log"), e);
        }
    }

    /** Whether a boot got as far as processes that can be entered. */
    synchronized boolean isUp() {
        return boot.isDone() && supervisor != null && supervisor.isAlive();
    }

    /** Boots the host and returns when its services are up. */
    void start() {
        try {
            Files.createDirectories(directory().resolve("sys-module"));
            Files.createDirectories(directory().resolve("ve"));
            Files.writeString(directory().resolve("boot_id"), UUID.randomUUID() + "\n");
            Files.createDirectories(directory().resolve("proc"));
            Files.writeString(directory().resolve("proc/modules"), "");
            Process process = new ProcessBuilder(
                            "unshare",
                            "--mount",
                            "--pid",
                            "--net",
                            "--uts",
                            "--ipc",
                            "--fork",
                            "bash",
                            lab.library().resolve("host-init").toString(),
                            lab.root().toString(),
                            name,
                            Integer.toString(number))
                    .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            CompletableFuture<Boot> waiting;
            synchronized (this) {
                supervisor = process;
                waiting = boot;
            }
            BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
            String first = said.readLine();
            if (first == null || !first.startsWith("ready ")) {
                throw new LabException("host " + name + " did not start: " + first + "; see "
                        + lab.logs().resolve(name + ".log"));
            }
            NamespaceFloor floor = new NamespaceFloor(this, Long.parseLong(first.substring("ready ".length())));
            floor.setLoadedModules(List.of());
            HostPrograms programs = new HostPrograms(floor);
            programs.publishRights();
            waiting.complete(new Boot(floor, programs));
            String second = said.readLine();
            if (!"booted".equals(second)) {
                throw new LabException("host " + name + " did not boot: " + second + "; see "
                        + lab.logs().resolve(name + ".log"));
            }
            floor.awaitVes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes everything that was written on the host, which does not run, and puts the content of a folder in its place. */
    void install(Path files) {
        Path own = directory();
        List<String> removal = new ArrayList<>(List.of("rm", "-rf"));
        for (String name : List.of("upper", "work", "vz", "ve", "proc", "sys-module")) {
            removal.add(own.resolve(name).toString());
        }
        Programs.check(removal);
        Programs.check(
                List.of("cp", "-a", files.toString(), own.resolve("upper").toString()));
        Programs.check(List.of("chmod", "755", own.resolve("upper").toString()));
        Path vz = own.resolve("upper/vz");
        if (Files.isDirectory(vz)) {
            Programs.check(List.of("mv", vz.toString(), own.resolve("vz").toString()));
        }
    }

    /** Kills the host's agent as {@code kill -9} does; its service starts it again a second later. */
    void killAgent() {
        long init = boot().floor().init();
        List<ProcessHandle> agents = ProcessHandle.of(init).stream()
                .flatMap(ProcessHandle::descendants)
                .filter(process ->
                        process.info().arguments().filter(HostNode::runsAgent).isPresent())
                .toList();
        if (agents.isEmpty()) {
            throw new LabException("no agent runs on " + name);
        }
        agents.forEach(ProcessHandle::destroyForcibly);
    }

    private static boolean runsAgent(String[] arguments) {
        List<String> words = List.of(arguments);
        return words.contains("/opt/vzguard/agent.jar") && words.contains("run");
    }

    /** Cuts the power: every process of the host and of its VEs is killed. Returns when nothing of it is left. */
    void cutPower() {
        Process process;
        NamespaceFloor floor = boot().floor();
        synchronized (this) {
            process = supervisor;
            boot = new CompletableFuture<>();
        }
        ProcessHandle.of(floor.init()).ifPresent(ProcessHandle::destroyForcibly);
        try {
            if (process != null && !process.waitFor(BOOT_SECONDS, TimeUnit.SECONDS)) {
                throw new LabException("host " + name + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while " + name + " ended");
        }
    }
}
