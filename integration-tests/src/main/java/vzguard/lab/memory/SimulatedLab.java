package vzguard.lab.memory;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.real.CliContext;
import vzguard.lab.real.ControlSocket;
import vzguard.lab.real.LabException;
import vzguard.lab.real.LabSpec;
import vzguard.lab.real.RealLab;
import vzguard.lab.real.ServerStart;

/** A simulated lab of this user, as the demo and the {@code lab} commands use it. Safe for use by several threads. */
public final class SimulatedLab {
    private static final int LAST_WORDS = 10;

    private final String name;
    private final StateFolder folder;

    private SimulatedLab(String name, StateFolder folder) {
        this.name = name;
        this.folder = folder;
    }

    /** Where the lab's CLI context goes. */
    public enum Configuration {
        /** To the user's own contexts; it becomes the current one. */
        OF_THE_USER,
        /** Into the lab's own folder, see {@link #configuration}. */
        OF_THE_LAB
    }

    /**
     * Brings a lab up; what a dead lab of the same name left behind is removed before.
     *
     * @param progress takes one line per step
     * @throws LabException when the spec is wrong, or a lab of that name, of either kind, is there
     */
    public static SimulatedLab up(LabSpec spec, Configuration configuration, Consumer<String> progress) {
        if (!spec.problems().isEmpty()) {
            throw new LabException(String.join("\n", spec.problems()));
        }
        if (RealLab.exists(spec.name())) {
            throw new LabException(
                    "there is a real lab " + spec.name() + " on this machine (root's, in /run/vzguard-lab/"
                            + spec.name() + "), and no two labs have one name"
                            + "\n  next: choose another with --name, or take that one down as root: vzguard lab down --name "
                            + spec.name());
        }
        Optional<StateFolder> present = StateFolder.find(spec.name());
        if (present.isPresent()) {
            if (present.get().isStarting() || present.get().isServed()) {
                throw new LabException("lab " + spec.name() + " is up already, or just coming up");
            }
            down(spec.name());
            progress.accept("removed what a dead lab " + spec.name() + " had left");
        }
        try (StateFolder.Held starter = StateFolder.make(spec.name())) {
            SimulatedLab lab = new SimulatedLab(spec.name(), starter.folder());
            lab.startServer(spec, configuration, progress);
            return lab;
        }
    }

    private void startServer(LabSpec spec, Configuration configuration, Consumer<String> progress) {
        Thread undo = new Thread(() -> End.of(name, folder));
        Runtime.getRuntime().addShutdownHook(undo);
        try {
            folder.rememberConfiguration(
                    configuration == Configuration.OF_THE_LAB ? folder.ownConfiguration() : CliContext.folder());
            Files.createDirectory(folder.temporary());
            CliContext context = new CliContext(name, folder.configuration());
            context.requireWritable();
            context.remove();
            ServerStart.run(
                    name,
                    new ProcessBuilder(serverCommand(spec))
                            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                            .redirectError(folder.log().toFile()),
                    progress);
        } catch (IOException | LabException e) {
            String words = lastWords();
            End.of(name, folder);
            throw new LabException(e.getMessage() + words, e);
        } finally {
            letGo(undo);
        }
    }

    private static void letGo(Thread undo) {
        try {
            Runtime.getRuntime().removeShutdownHook(undo);
        } catch (IllegalStateException atTheEndOfThisProcess) {
            // Then it runs just now.
        }
    }

    private String lastWords() {
        try {
            return folder.lastWords(LAST_WORDS).stream()
                    .map(line -> "\n  log: " + line)
                    .collect(Collectors.joining());
        } catch (IOException e) {
            return "";
        }
    }

    private List<String> serverCommand(LabSpec spec) {
        List<String> command = new ArrayList<>();
        // A session of its own, where there is such a program: the terminal that it was started from may go.
        if (Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":"))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, "setsid")))) {
            command.add("setsid");
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xmx512m",
                "-Djava.io.tmpdir=" + folder.temporary(),
                "-cp",
                System.getProperty("java.class.path"),
                "vzguard.lab.LabMain",
                "lab",
                "server",
                "--simulated",
                "--state",
                folder.path().toString()));
        command.addAll(List.of(
                "--name", name, "--hosts", Integer.toString(spec.hosts()), "--ves", Integer.toString(spec.ves())));
        command.addAll(List.of("--generation", spec.generation().word()));
        return command;
    }

    /** The simulated lab of this name of this user, dead or alive. */
    public static Optional<SimulatedLab> find(String name) {
        return StateFolder.find(name).map(folder -> new SimulatedLab(name, folder));
    }

    /** Removes the simulated lab of this name, dead or alive; false when there was none. */
    public static boolean down(String name) {
        Optional<StateFolder> found = StateFolder.find(name);
        found.ifPresent(folder -> End.of(name, folder));
        return found.isPresent();
    }

    public String name() {
        return name;
    }

    /** Its server runs, or is just being started. */
    public boolean isAlive() {
        return folder.isServed() || folder.isStarting();
    }

    /** The folder of CLI contexts that the lab's is in. */
    public Path configuration() {
        try {
            return folder.configuration();
        } catch (IOException e) {
            throw new LabException("cannot read " + folder.path(), e);
        }
    }

    /** What server, controller and agents log. */
    public Path log() {
        return folder.log();
    }

    /** The word of the generation that the hosts are. */
    public String generation() {
        return ask("generation").get(0);
    }

    /** As {@link RealLab#status}. */
    public List<String> status() {
        return ask("status");
    }

    /** Cuts a host's power and boots it; returns when its agent is connected again. */
    public void reboot(String host) {
        ask("reboot " + LabRequests.packed(host));
    }

    /** Runs a command in HOST or HOST/CTID to its end. */
    public CommandResult exec(String place, List<String> command, String stdin) {
        List<String> answer = ask("exec " + LabRequests.packed(place) + " " + LabRequests.packed(stdin) + " "
                + command.stream().map(LabRequests::packed).collect(Collectors.joining(" ")));
        Base64.Decoder base64 = Base64.getDecoder();
        return new CommandResult(
                Integer.parseInt(answer.get(0)),
                base64.decode(answer.get(1)),
                base64.decode(answer.get(2)),
                false,
                false);
    }

    /**
     * Connections from outside to port 22 of a host or VE, one after the other; a line for each, as {@code 1 answered BANNER} or
     * {@code 2 no answer within 900 ms}.
     *
     * @param from the source address; empty for a stranger's
     */
    public List<String> ssh(String place, Optional<String> from, boolean ipv6, int count) {
        String source = LabRequests.packed(LabRequests.stranger(from, ipv6));
        return ask("ssh " + LabRequests.packed(place) + " " + (ipv6 ? 6 : 4) + " " + source + " " + count);
    }

    private List<String> ask(String request) {
        try {
            return ControlSocket.ask(folder.socket(), request);
        } catch (IOException e) {
            throw new LabException(silence(), e);
        }
    }

    private String silence() {
        String next = "\n  next: vzguard lab down" + (name.equals("lab") ? "" : " --name " + name);
        if (folder.isServed()) {
            return "the server of simulated lab " + name + " does not answer on " + folder.socket()
                    + "\n  why: it is just coming up, or going down, or hangs; its log: " + folder.log() + next;
        }
        return folder.isStarting()
                ? "simulated lab " + name + " is just coming up"
                : "simulated lab " + name + " is dead: there is no server behind " + folder.path() + next
                        + " removes the rest";
    }
}
