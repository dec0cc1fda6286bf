package vzguard.lab.command;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code lab exec}. */
@Command(name = "exec", description = "Runs a command in a host or VE; its exit code is this one's.")
final class ExecCommand implements Callable<Integer> {
    @Mixin
    LabOptions options = new LabOptions();

    @Parameters(index = "0", paramLabel = "HOST[/CTID]")
    String place = "";

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "After --.")
    List<String> command = List.of();

    @Override
    public Integer call() throws IOException, InterruptedException {
        return options.attached().exec(place, command);
    }
}
