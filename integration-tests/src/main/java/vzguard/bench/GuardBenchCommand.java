package vzguard.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import vzguard.lab.command.LabOptions;

/** {@code vzguard bench guard}. */
@Command(
        name = "guard",
        mixinStandardHelpOptions = true,
        description =
                "Measures the guards of many VEs on this machine, beside a bash that starts the same programs; with both"
                        + " backends of iptables, in network namespaces that are taken away afterwards. Root. Exit code 1 when a goal"
                        + " is missed.")
final class GuardBenchCommand implements Callable<Integer> {
    private static final int MAX_VES = 500;
    private static final int MAX_ROUNDS = 100;

    @Option(
            names = "--ves",
            defaultValue = "120",
            paramLabel = "N",
            description = "1-" + MAX_VES + " (default: ${DEFAULT-VALUE}).")
    int ves;

    @Option(
            names = "--rounds",
            defaultValue = "7",
            paramLabel = "N",
            description = "How often each side goes through all VEs, in turn, 1-" + MAX_ROUNDS
                    + " (default: ${DEFAULT-VALUE}). The figures are medians.")
    int rounds;

    @Override
    public Integer call() throws IOException {
        BenchCommand.check("--ves", ves, MAX_VES);
        BenchCommand.check("--rounds", rounds, MAX_ROUNDS);
        if (!System.getProperty("user.name").equals("root")) {
            throw new LabOptions.BadInput("bench guard makes network namespaces: it needs root");
        }
        Logger.getLogger("").setLevel(Level.SEVERE);
        Path folder = Files.createTempDirectory("vzguard-bench");
        try {
            List<Figure> figures = new GuardBench(folder, ves, rounds, System.err::println).run();
            System.out.print(BenchText.table("BASH", figures));
            return figures.stream().allMatch(Figure::isMet) ? 0 : 1;
        } finally {
            BenchCommand.delete(folder);
        }
    }
}
