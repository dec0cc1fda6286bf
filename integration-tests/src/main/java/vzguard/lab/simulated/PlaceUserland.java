package vzguard.lab.simulated;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import vzguard.lab.model.Generation;
import vzguard.lab.model.ProgramOutcome.RunInVe;
import vzguard.lab.simulated.netfilter.IptablesPrograms;
import vzguard.lab.simulated.netfilter.Netfilter;
import vzguard.lab.simulated.shell.Outcome;
import vzguard.lab.simulated.shell.PlaceFiles;
import vzguard.lab.simulated.shell.Programs;
import vzguard.lab.simulated.shell.Shell;
import vzguard.lab.simulated.shell.Signals;
import vzguard.lab.simulated.shell.Utilities;

/**
 * Everything that can be run in one place, host or VE: iptables, shells and their scripts, and the usual small programs.
 * {@code more} comes first and brings what only this place has.
 */
final class PlaceUserland implements Programs {
    private static final int FLOOD_LINES = 2 << 20;
    private static final List<String> SHELLS = List.of("sh", "bash", "dash");

    private final PlaceFiles files;
    private final IptablesPrograms iptables;
    private final Utilities utilities;
    private final Supplier<String> hostname;
    private final SimulatedClock clock;
    private final String release;
    private final Programs more;

    PlaceUserland(
            PlaceFiles files,
            Netfilter netfilter,
            Supplier<String> hostname,
            SimulatedClock clock,
            Generation generation,
            Programs more) {
        this.files = files;
        this.iptables = new IptablesPrograms(netfilter, clock::instant);
        this.utilities = new Utilities(files);
        this.hostname = hostname;
        this.clock = clock;
        this.release = generation.kernel().release();
        this.more = more;
    }

    PlaceFiles files() {
        return files;
    }

    @Override
    public Optional<Outcome> run(List<String> command, String stdin) {
        Optional<Outcome> own = more.run(command, stdin);
        if (own.isPresent()) {
            return own;
        }
        String name = command.get(0).substring(command.get(0).lastIndexOf('/') + 1);
        List<String> arguments = command.subList(1, command.size());
        Optional<String> planted = planted(name);
        if (planted.isPresent()) {
            return Optional.of(script(planted.get(), arguments, stdin));
        }
        if (IptablesPrograms.knows(name)) {
            return Optional.of(iptables.run(name, arguments, stdin));
        }
        if (SHELLS.contains(name)) {
            return Optional.of(shell(command, stdin));
        }
        return switch (name) {
            case "true" -> Optional.of(Outcome.OK);
            case "false" -> Optional.of(Outcome.exit(1));
            case "hostname" -> Optional.of(Outcome.printed(hostname.get() + "\n"));
            case "uname" -> Optional.of(uname(arguments));
            case "env" -> Optional.of(Outcome.printed(environment()));
            case "sleep" -> Optional.of(sleep(arguments));
            case "yes" -> Optional.of(yes());
            case "printf", "echo", "test", "[" -> Optional.of(builtin(name, arguments, stdin));
            default -> fileOrUtility(name, command, stdin);
        };
    }

    /** A file of this place that stands before the simulation's own program in its PATH, or in its place. */
    private Optional<String> planted(String name) {
        return Stream.of("/usr/local/sbin/" + name, "/usr/local/bin/" + name, "/bin/" + name)
                .filter(files::isExecutable)
                .findFirst();
    }

    /** It prints until it is killed; so much of it, and a day is over. */
    private Outcome yes() {
        clock.advance(Duration.ofDays(1));
        return new Outcome(Signals.KILLED, "y\n".repeat(FLOOD_LINES), "");
    }

    private Optional<Outcome> fileOrUtility(String name, List<String> command, String stdin) {
        String program = command.get(0);
        if (program.startsWith("/") && files.isExecutable(program)) {
            return Optional.of(script(program, command.subList(1, command.size()), stdin));
        }
        List<String> plain = new ArrayList<>(command);
        plain.set(0, name);
        return utilities.run(plain, stdin);
    }

    /** Runs a file that begins with {@code #!} by the small shell, whatever it names there. */
    Outcome script(String file, List<String> arguments, String stdin) {
        String text = files.read(file).orElse("");
        return text.startsWith("#!")
                ? new Shell(file, this, files).run(text, arguments, stdin)
                : Outcome.failed(126, file + ": Exec format error");
    }

    private Outcome shell(List<String> command, String stdin) {
        List<String> arguments = command.subList(1, command.size());
        Shell shell = new Shell(command.get(0), this, files);
        if (arguments.isEmpty()
                || arguments.get(0).equals("-")
                || arguments.get(0).equals("-s")) {
            // The script and what it reads come through one pipe; the small shell reads the script first, whole.
            return shell.run(stdin, List.of(), "");
        }
        if (arguments.get(0).equals("-c") && arguments.size() > 1) {
            return shell.run(
                    arguments.get(1), arguments.subList(Math.min(3, arguments.size()), arguments.size()), stdin);
        }
        return files.read(arguments.get(0))
                .map(text -> shell.run(text, arguments.subList(1, arguments.size()), stdin))
                .orElseGet(() ->
                        Outcome.failed(127, command.get(0) + ": " + arguments.get(0) + ": No such file or directory"));
    }

    /** A program that is a builtin of shells too, called without one. */
    private Outcome builtin(String name, List<String> arguments, String stdin) {
        StringBuilder script = new StringBuilder(name);
        arguments.forEach(
                word -> script.append(" '").append(word.replace("'", "'\\''")).append('\''));
        return new Shell(name, this, files).run(script.toString(), List.of(), stdin);
    }

    private Outcome uname(List<String> arguments) {
        String all = "Linux " + hostname.get() + " " + release + " #1 SMP x86_64 GNU/Linux";
        return switch (arguments.isEmpty() ? "-s" : arguments.get(0)) {
            case "-s" -> Outcome.printed("Linux\n");
            case "-n" -> Outcome.printed(hostname.get() + "\n");
            case "-r" -> Outcome.printed(release + "\n");
            case "-m" -> Outcome.printed("x86_64\n");
            case "-a" -> Outcome.printed(all + "\n");
            default -> Outcome.failed(1, "uname: invalid option '" + arguments.get(0) + "'");
        };
    }

    /** As bash leaves it for its last command. */
    private static String environment() {
        StringBuilder text = new StringBuilder("PWD=/\n");
        for (String variable : RunInVe.ENVIRONMENT) {
            text.append(variable.startsWith("PATH=") ? "SHLVL=0\n" : "")
                    .append(variable)
                    .append('\n');
        }
        return text.append("_=/usr/bin/env\n").toString();
    }

    private Outcome sleep(List<String> arguments) {
        if (arguments.size() != 1 || !arguments.get(0).matches("[0-9]{1,6}(\\.[0-9]{1,3})?")) {
            return Outcome.failed(1, "sleep: invalid time interval");
        }
        clock.advance(Duration.ofMillis(Math.round(Double.parseDouble(arguments.get(0)) * 1000)));
        return Outcome.OK;
    }
}
