package vzguard.cli.commands;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import vzguard.cli.outcome.ExitCode;

/** {@code vzguard completion}. */
@Command(name = "completion", description = "A completion script for bash and zsh: source <(vzguard completion)")
public final class CompletionCommand implements Callable<Integer> {
    private final Session session;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public CompletionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        CommandLine root = spec.root().commandLine();
        session.console().print(AutoComplete.bash("vzguard", root));
        return ExitCode.DONE;
    }
}
