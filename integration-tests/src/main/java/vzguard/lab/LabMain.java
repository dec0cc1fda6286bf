package vzguard.lab;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import vzguard.bench.BenchCommand;
import vzguard.lab.command.LabCommand;
import vzguard.lab.command.LabErrors;
import vzguard.lab.demo.DemoCommand;

/** What only a checkout has: {@code vzguard lab}, {@code vzguard demo} and {@code vzguard bench}. */
@Command(
        name = "vzguard",
        subcommands = {LabCommand.class, DemoCommand.class, BenchCommand.class})
public final class LabMain {
    private LabMain() {}

    public static void main(String[] arguments) {
        int exit = new CommandLine(new LabMain())
                .setExecutionExceptionHandler(new LabErrors())
                .execute(arguments);
        // A lab server goes on in threads of its own.
        if (!isServer(arguments)) {
            System.exit(exit);
        }
    }

    private static boolean isServer(String[] arguments) {
        return arguments.length > 1 && arguments[0].equals("lab") && arguments[1].equals("server");
    }
}
