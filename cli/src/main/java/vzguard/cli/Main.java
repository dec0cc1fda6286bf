package vzguard.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ScopeType;
import vzguard.cli.commands.AuditCommand;
import vzguard.cli.commands.BansCommand;
import vzguard.cli.commands.CompletionCommand;
import vzguard.cli.commands.ContextCommand;
import vzguard.cli.commands.DiagnoseCommand;
import vzguard.cli.commands.GlobalOptions;
import vzguard.cli.commands.HostsCommand;
import vzguard.cli.commands.LoginCommand;
import vzguard.cli.commands.PlanCommand;
import vzguard.cli.commands.PolicyCommand;
import vzguard.cli.commands.ProveCommand;
import vzguard.cli.commands.RestartCommand;
import vzguard.cli.commands.RolloutCommand;
import vzguard.cli.commands.Session;
import vzguard.cli.commands.StatusCommand;
import vzguard.cli.commands.TokenCommand;
import vzguard.cli.commands.VersionCommand;
import vzguard.cli.commands.VesCommand;
import vzguard.cli.commands.WhyCommand;
import vzguard.cli.connect.ChannelOpener;
import vzguard.cli.connect.Contexts;
import vzguard.cli.connect.TlsChannels;
import vzguard.cli.console.Console;
import vzguard.cli.outcome.CommandFailed;
import vzguard.cli.outcome.ExitCode;

/** The operator's command line. */
@Command(
        name = "vzguard",
        description = "Guards the SSH port of every container on every OpenVZ host of a fleet, and keeps it guarded.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = VersionLine.class,
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false)
public final class Main {
    /** The command that describes all the others. */
    private static final String EVERYTHING = "completion";

    private static final String FOOTER = "%nFrom a checkout, ./vzguard also starts: controller, agent, lab, demo."
            + "%nExit codes: 0 done, 1 failed, 2 bad input, 3 partly done, 4 refused,"
            + "%n5 unreachable, 6 changes (plan --detailed-exitcode).";

    @Mixin
    private final GlobalOptions options = new GlobalOptions();

    private Main() {}

    public static void main(String[] arguments) {
        // What gRPC and netty log is said again, in words for people, by the failure of the call.
        LogManager.getLogManager().reset();
        int exitCode;
        try (TlsChannels channels = new TlsChannels()) {
            exitCode = run(Console.ofProcess(), channels, arguments);
        }
        System.exit(exitCode);
    }

    /** One call of the command line; returns its exit code. */
    public static int run(Console console, ChannelOpener opener, String... arguments) {
        return commandLine(console, opener, arguments).execute(arguments);
    }

    /**
     * The command line, ready to parse and run. Half of a short call would be spent on describing all the commands that
     * were not given: when the arguments begin with a command's name, there is only that one.
     */
    static CommandLine commandLine(Console console, ChannelOpener opener, String... arguments) {
        Main main = new Main();
        Session session = new Session(console, main.options, Contexts.of(console.environment()), opener);
        CommandLine root = new CommandLine(main);
        Map<String, Function<Session, Object>> commands = commands();
        String given = arguments.length == 0 ? "" : arguments[0];
        if (commands.containsKey(given) && !given.equals(EVERYTHING)) {
            root.addSubcommand(commands.get(given).apply(session));
        } else {
            commands.values().forEach(command -> root.addSubcommand(command.apply(session)));
        }
        root.getCommandSpec().usageMessage().footer(FOOTER);
        root.setCaseInsensitiveEnumValuesAllowed(true)
                .setAbbreviatedSubcommandsAllowed(false)
                .setOut(new PrintWriter(console.out(), true))
                .setErr(new PrintWriter(console.err(), true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(console.colour() ? Ansi.ON : Ansi.OFF))
                .setParameterExceptionHandler((failure, parsed) -> badUsage(console, failure))
                .setExecutionExceptionHandler((failure, command, parsed) -> failed(console, failure));
        return root;
    }

    /** All commands by their names, in the order of the help. */
    static Map<String, Function<Session, Object>> commands() {
        Map<String, Function<Session, Object>> commands = new LinkedHashMap<>();
        commands.put("status", StatusCommand::new);
        commands.put("hosts", HostsCommand::new);
        commands.put("ves", VesCommand::new);
        commands.put("policy", PolicyCommand::new);
        commands.put("plan", PlanCommand::new);
        commands.put("rollout", RolloutCommand::new);
        commands.put("restart", RestartCommand::new);
        commands.put("diagnose", DiagnoseCommand::new);
        commands.put("prove", ProveCommand::new);
        commands.put("why", WhyCommand::new);
        commands.put("bans", BansCommand::new);
        commands.put("audit", AuditCommand::new);
        commands.put("token", TokenCommand::new);
        commands.put("login", LoginCommand::new);
        commands.put("context", ContextCommand::new);
        commands.put(EVERYTHING, CompletionCommand::new);
        commands.put("version", VersionCommand::new);
        return commands;
    }

    private static int badUsage(Console console, CommandLine.ParameterException failure) {
        CommandLine command = failure.getCommandLine();
        if (command.getParent() == null
                && command.getParseResult().originalArgs().isEmpty()) {
            command.usage(command.getErr());
            return ExitCode.BAD_INPUT;
        }
        console.say("vzguard: " + failure.getMessage());
        if (failure instanceof CommandLine.UnmatchedArgumentException unmatched) {
            CommandLine.UnmatchedArgumentException.printSuggestions(unmatched, command.getErr());
        }
        console.say("  next: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.BAD_INPUT;
    }

    private static int failed(Console console, Exception failure) {
        if (failure instanceof CommandFailed expected) {
            console.say("vzguard: " + expected.text());
            return expected.exitCode();
        }
        console.say("vzguard: this is a fault in vzguard itself; please report it with what follows");
        failure.printStackTrace(console.err());
        return ExitCode.FAILED;
    }
}
