package vzguard.agent;

import java.io.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.ProcessRunner;
import vzguard.agent.verbs.ApplyCommand;
import vzguard.agent.verbs.BansCommand;
import vzguard.agent.verbs.CommandFailed;
import vzguard.agent.verbs.ConfirmCommand;
import vzguard.agent.verbs.DiagnoseCommand;
import vzguard.agent.verbs.EnrolCommand;
import vzguard.agent.verbs.ObserveCommand;
import vzguard.agent.verbs.PlanCommand;
import vzguard.agent.verbs.ProveCommand;
import vzguard.agent.verbs.RevertCommand;
import vzguard.agent.verbs.RunCommand;
import vzguard.agent.verbs.Surroundings;
import vzguard.agent.verbs.UninstallCommand;

/**
 * The agent's program. Exit codes: 0 done, 1 failed, 2 usage or bad input, 3 partly done, 4 refused, 5 unreachable, 6
 * changes (plan with --detailed-exitcode).
 */
@Command(
        name = "vzguard-agent",
        mixinStandardHelpOptions = true,
        versionProvider = AgentMain.Version.class,
        description = "Guards the SSH ports of this OpenVZ host and its VEs.")
public final class AgentMain {
    private AgentMain() {}

    /** Starts the agent's program. */
    public static void main(String[] arguments) {
        Logger log = Logger.getLogger(AgentMain.class.getName());
        System.exit(execute(new ProcessRunner(log::warning), System.out, System.err, arguments));
    }

    /** Runs one command; data goes to {@code out}, talk to {@code err}. */
    public static int execute(CommandRunner runner, PrintStream out, PrintStream err, String... arguments) {
        Surroundings surroundings = new Surroundings(runner, out, err, AgentMain::ask);
        CommandLine program = new CommandLine(new AgentMain())
                .addSubcommand(new RunCommand(surroundings))
                .addSubcommand(new EnrolCommand(surroundings))
                .addSubcommand(new ObserveCommand(surroundings))
                .addSubcommand(new PlanCommand(surroundings))
                .addSubcommand(new ApplyCommand(surroundings))
                .addSubcommand(new ConfirmCommand(surroundings))
                .addSubcommand(new ProveCommand(surroundings))
                .addSubcommand(new DiagnoseCommand(surroundings))
                .addSubcommand(new BansCommand(surroundings))
                .addSubcommand(new RevertCommand(surroundings))
                .addSubcommand(new UninstallCommand(surroundings));
        return program.setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .setExecutionExceptionHandler((failure, command, parsed) -> {
                    if (failure instanceof CommandFailed failed) {
                        err.println("vzguard-agent: " + failed.getMessage());
                        return failed.exitCode();
                    }
                    throw failure;
                })
                .execute(arguments.length == 0 ? new String[] {"--help"} : arguments);
    }

    private static String ask(String question) {
        Console console = System.console();
        String answer = console == null ? null : console.readLine("%s", question);
        return answer == null ? "" : answer;
    }

    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"vzguard-agent " + Agent.version()};
        }
    }
}
