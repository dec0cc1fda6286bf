package vzguard.lab.real;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import vzguard.lab.model.FleetSeed;
import vzguard.values.Ctid;

/**
 * The one process behind a lab: it brings the lab up, answers the hosts' fronts and the {@code lab} commands, and lives until
 * {@code lab down} ends it. Whoever started it reads its standard output: a line per step, then {@code up} or
 * {@code failed WHY}.
 */
public final class LabServer {
    private final LabSpec spec;
    private final LabDirectory lab;
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final Map<String, HostNode> hosts = new LinkedHashMap<>();

    private LabServer(LabSpec spec) {
        this.spec = spec;
        this.lab = new LabDirectory(spec.name());
        int number = 0;
        for (String name : spec.hostNames()) {
            number++;
            hosts.put(name, new HostNode(lab, name, number, spec));
        }
    }

    /** Brings the lab up and serves it from other threads; ends the process when it could not be brought up. */
    public static void run(LabSpec spec) {
        PrintStream progress = System.out;
        LabServer server = new LabServer(spec);
        try {
            server.bringUp(progress);
            progress.println("up");
            // Whoever waits for the end of this stream goes on; later words go to the log on standard error.
            progress.close();
        } catch (IOException | RuntimeException e) {
            e.printStackTrace();
            Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
            progress.println("failed " + String.valueOf(cause.getMessage()).replace("\n", "\\n"));
            progress.flush();
            System.exit(1);
        }
    }

    private void bringUp(PrintStream progress) throws IOException {
        FleetProcesses fleet = new FleetProcesses(spec, lab, startOutside());
        new ControlServer(spec, lab, hosts, fleet, executor).open();
        CompletableFuture<String> token = spec.fleet()
                ? CompletableFuture.supplyAsync(() -> fleet.open(executor), executor)
                : CompletableFuture.completedFuture("");
        List<CompletableFuture<Void>> boots = hosts.values().stream()
                .map(host -> CompletableFuture.runAsync(() -> deliver(host, progress), executor))
                .toList();
        boots.forEach(CompletableFuture::join);
        token.join();
        if (spec.fleet()) {
            progress.println("controller on " + FleetProcesses.ADDRESS);
            fleet.enrolHosts(hosts.values(), token.join(), executor);
            progress.println("agents connected, CLI context " + fleet.context());
        }
    }

    /** The network outside: the namespaces of a process that does nothing else. */
    private long startOutside() throws IOException {
        Process process = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--pid",
                        "--net",
                        "--uts",
                        "--fork",
                        "bash",
                        lab.library().resolve("outside-init").toString(),
                        lab.root().toString())
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
            String first = said.readLine();
            if (first == null || !first.startsWith("ready ")) {
                throw new LabException(
                        "the network outside did not start; see " + lab.logs().resolve("outside.log"));
            }
            String pid = first.substring("ready ".length());
            Files.createFile(lab.outsideNetwork());
            Programs.check(List.of(
                    "mount",
                    "--bind",
                    "/proc/" + pid + "/ns/net",
                    lab.outsideNetwork().toString()));
            return Long.parseLong(pid);
        }
    }

    private void deliver(HostNode host, PrintStream progress) {
        try {
            Path upper = host.directory().resolve("upper");
            for (Map.Entry<String, String> link :
                    FleetSeed.links(spec.generation()).entrySet()) {
                link(upper, link.getKey(), link.getValue());
            }
            for (Map.Entry<String, String> link :
                    FleetSeed.configLinks(spec.ves(), spec.generation()).entrySet()) {
                link(upper, link.getKey(), link.getValue());
            }
            for (Map.Entry<String, String> file : spec.boot()
                    .delivered(FleetSeed.files(host.number(), spec.ves(), spec.generation()))
                    .entrySet()) {
                // What is below /vz lies beside the host's root, and is mounted into it.
                Path root = file.getKey().startsWith("/vz/") ? host.directory() : upper;
                Path path = root.resolve(file.getKey().substring(1));
                Files.createDirectories(path.getParent());
                Files.writeString(path, file.getValue());
                if (file.getValue().startsWith("#!")) {
                    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
                }
            }
            for (Ctid ctid : spec.ctids()) {
                // A VE that was created has a mount point, whether it ever ran or not.
                Files.createDirectories(
                        host.directory().resolve(spec.generation().rootOf(ctid).substring(1)));
                if (spec.generation().kernel().loadsForVes()) {
                    new AutoloadServer(host, executor).open(ctid);
                }
                Files.createDirectories(host.directory().resolve("vz/root").resolve(ctid.text()));
            }
            new FrontServer(host, executor).open();
            host.start();
            FleetSeed.disabledThoughRunning(host.number(), spec.ves(), spec.generation())
                    .ifPresent(ctid -> startByForce(host, ctid));
            progress.println("host " + host.name() + " is up");
        } catch (IOException e) {
            throw new LabException("cannot deliver host " + host.name(), e);
        }
    }

    private static void link(Path upper, String path, String target) throws IOException {
        Path link = upper.resolve(path.substring(1));
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, Path.of(target));
    }

    private static void startByForce(HostNode host, Ctid ctid) {
        NamespaceFloor floor = host.boot().floor();
        Programs.check(floor.inHost("vzctl", "--quiet", "start", ctid.text(), "--force"));
        floor.awaitVes();
    }
}
