package vzguard.lab.real;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A running lab, as tests, the demo and the {@code lab} commands use it. Safe for use by several threads. */
public final class RealLab implements AutoCloseable {
    /** Until then this mechanism halves the cost of starting a program; newer ones are about to drop it, and warn of it. */
    private static final int FIRST_WITHOUT_VFORK = 24;

    private final LabDirectory lab;

    private RealLab(LabDirectory lab) {
        this.lab = lab;
    }

    /**
     * Brings a lab up; what a dead lab of the same name left behind is removed before.
     *
     * @param progress takes one line per step
     * @throws LabException when the spec is wrong, such a lab runs already, or this machine cannot carry it
     */
    public static RealLab up(LabSpec spec, Consumer<String> progress) {
        List<String> problems = spec.problems();
        if (!problems.isEmpty()) {
            throw new LabException(String.join("\n", problems));
        }
        if (attach(spec.name()).isPresent()) {
            throw new LabException("lab " + spec.name() + " is up already");
        }
        LabDirectory lab = new LabDirectory(spec.name());
        if (new Teardown(lab).run()) {
            progress.accept("removed what a dead lab " + spec.name() + " had left");
        }
        RealLab real = new RealLab(lab);
        try {
            new Foundation(lab, progress).lay(spec);
            real.startServer(spec, progress);
            return real;
        } catch (LabException e) {
            String kept =
                    new KeptLogs(lab).keep().map(folder -> "\nlogs: " + folder).orElse("");
            new Teardown(lab).run();
            throw new LabException(e.getMessage() + kept, e);
        }
    }

    /** The lab of this name if its server answers. */
    public static Optional<RealLab> attach(String name) {
        RealLab lab = new RealLab(new LabDirectory(name));
        try {
            return lab.lab.exists()
                    ? Optional.of(lab).filter(found -> !found.ask("status").isEmpty())
                    : Optional.empty();
        } catch (ServerGone gone) {
            return Optional.empty();
        }
    }

    /** Whether there is a real lab of this name, dead or alive. For every user: only root can tell more. */
    public static boolean exists(String name) {
        return new LabDirectory(name).exists();
    }

    /** Removes the lab of this name, dead or alive; false when there was none. */
    public static boolean down(String name) {
        return new Teardown(new LabDirectory(name)).run();
    }

    private void startServer(LabSpec spec, Consumer<String> progress) {
        List<String> command =
                new ArrayList<>(List.of("setsid", java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m"));
        if (Runtime.version().feature() < FIRST_WITHOUT_VFORK) {
            command.add("-Djdk.lang.Process.launchMechanism=VFORK");
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "vzguard.lab.LabMain", "lab", "server"));
        command.addAll(List.of(
                "--name",
                spec.name(),
                "--hosts",
                Integer.toString(spec.hosts()),
                "--ves",
                Integer.toString(spec.ves()),
                "--iptables",
                spec.iptables().word(),
                "--boot",
                spec.boot().word(),
                "--generation",
                spec.generation().word(),
                "--hurry",
                Integer.toString(spec.hurry())));
        if (!spec.fleet()) {
            command.add("--no-fleet");
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                .redirectError(lab.logs().resolve("server.log").toFile());
        builder.environment().put(Teardown.MARK, lab.root().toString());
        builder.environment().put("LAB_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, sbin) -> path + ":" + sbin);
        ServerStart.run(spec.name(), builder, progress);
    }

    private static String java() {
        return System.getProperty("java.home") + "/bin/java";
    }

    public String name() {
        return lab.name();
    }

    /** One line per host ({@code host NAME ADDRESS up|down}) and VE ({@code ve HOST CTID ADDRESS running|stopped}). */
    public List<String> status() {
        return ask("status");
    }

    /** What the lab's iptables programs are, as {@link IptablesBackend#word}. */
    public String iptables() {
        return ask("iptables").get(0);
    }

    /** The word of the generation that the hosts are. */
    public String generation() {
        return ask("generation").get(0);
    }

    /** Cuts a host's power and boots it; returns when its services are up again. */
    public void reboot(String host) {
        ask("reboot " + host);
    }

    /**
     * Cuts a host's power, removes everything that was ever written on it, and boots it with other files.
     *
     * @param files what its root holds from now on, the VEs' private areas among it
     */
    public void reinstall(String host, java.nio.file.Path files) {
        ask("reinstall " + host + " " + files);
    }

    /**
     * The next time that a program of the host waits for a VE, it gives up after this time, as if the rest of its own limit
     * had passed too.
     */
    public void shortenNextWait(String host, java.time.Duration longest) {
        ask("shorten-next-wait " + host + " " + longest.toMillis());
    }

    /** Kills a host's agent as {@code kill -9} does; its service starts it again a second later. */
    public void killAgent(String host) {
        ask("kill-agent " + host);
    }

    /** Kills the controller as {@code kill -9} does; it stays away until {@link #startController}. */
    public void killController() {
        ask("kill-controller");
    }

    /** Starts the controller again; returns when it listens. */
    public void startController() {
        ask("start-controller");
    }

    /** Takes a host off the network: nothing gets in or out, and nobody is told. */
    public void pullCable(String host) {
        ask("cable " + host + " out");
    }

    /** Undoes {@link #pullCable}. */
    public void plugCable(String host) {
        ask("cable " + host + " in");
    }

    /** Where the controller keeps its database and certificates. */
    public java.nio.file.Path controllerState() {
        return lab.controller();
    }

    /**
     * The argv with which a program of the machine runs a command outside, where the controller can be reached.
     */
    public List<String> outsideCommand(List<String> command) {
        List<String> argv = new ArrayList<>(List.of("nsenter", "--net=" + lab.outsideNetwork(), "--"));
        argv.addAll(command);
        return argv;
    }

    /**
     * The argv with which a program of the machine runs the command in a host or VE, with its caller's streams.
     *
     * @param place HOST or HOST/CTID
     */
    public List<String> execCommand(String place, List<String> command) {
        String init = ask("init " + place).get(0);
        return Entry.loggedIn(Long.parseLong(init), command);
    }

    /** What a command in a host or VE printed, both streams together, and its exit code. */
    public record Outcome(int exit, String output) {}

    /** Runs a command in HOST or HOST/CTID to its end. */
    public Outcome exec(String place, List<String> command) {
        Programs.Result result = Programs.run(execCommand(place, command));
        return new Outcome(result.exit(), result.output());
    }

    /** One connection attempt from outside to an sshd. */
    public record Attempt(int number, boolean answered, String detail) {}

    /** The argv of {@link #ssh}; its output is a line per attempt. */
    public List<String> sshCommand(String place, Optional<String> from, boolean ipv6, int count) {
        String to = ask("address " + place + " " + (ipv6 ? 6 : 4)).get(0);
        return List.of(
                "nsenter",
                "--net=" + lab.outsideNetwork(),
                "perl",
                lab.library().resolve("attempts").toString(),
                lab.root().toString(),
                from.orElse(ipv6 ? "fd66:bad::1" : "198.51.100.1"),
                to,
                Integer.toString(count));
    }

    /**
     * Real TCP connections from outside to port 22 of a host or VE, one after the other; answered means that sshd's banner was
     * read. Silent is who did not answer within 900 ms: after a second this kernel would send its SYN again, and a guard count it.
     *
     * @param from the source address; empty for a stranger's
     */
    public List<Attempt> ssh(String place, Optional<String> from, boolean ipv6, int count) {
        Programs.Result result = Programs.run(sshCommand(place, from, ipv6, count));
        List<Attempt> attempts = new ArrayList<>();
        for (String line : result.output().lines().toList()) {
            String[] words = line.split(" ", 3);
            if (words.length < 3 || !words[0].matches("[0-9]+")) {
                throw new LabException(
                        "attempts from outside failed: " + result.output().strip());
            }
            boolean answered = words[1].equals("answered");
            attempts.add(
                    new Attempt(Integer.parseInt(words[0]), answered, answered ? words[2] : words[1] + " " + words[2]));
        }
        return attempts;
    }

    /** Copies the logs of controller, hosts and agents into the checkout, for the time after the lab; returns the folder. */
    public Optional<java.nio.file.Path> keepLogs() {
        return new KeptLogs(lab).keep();
    }

    /** Takes this lab down; nothing of it is left when this returns. */
    public void down() {
        down(lab.name());
    }

    @Override
    public void close() {
        down();
    }

    /** The lab's server does not answer: it died, or never came up. */
    private static final class ServerGone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        ServerGone(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private List<String> ask(String request) {
        try {
            return ControlSocket.ask(lab.controlSocket(), request);
        } catch (IOException e) {
            throw new ServerGone(
                    "the server of lab " + lab.name() + " does not answer; vzguard lab down removes the rest", e);
        }
    }
}
