package vzguard.lab.command;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import vzguard.lab.model.Trap;

/** {@code lab trap}. */
@Command(name = "trap", description = "Sets a trap of those that hurt people on OpenVZ hosts, or lists them.")
final class TrapCommand implements Callable<Integer> {
    @Mixin
    LabOptions options = new LabOptions();

    @Option(names = "--undo", description = "Takes it away again.")
    boolean undo;

    @Parameters(index = "0", arity = "0..1", paramLabel = "TRAP", description = "Its name; nothing lists all.")
    Optional<String> word = Optional.empty();

    @Parameters(index = "1", arity = "0..1", paramLabel = "HOST[/CTID]", description = "Where.")
    Optional<String> place = Optional.empty();

    @Override
    public Integer call() throws Exception {
        if (word.isEmpty()) {
            System.out.println(Arrays.stream(Trap.values())
                    .map(trap -> String.format(
                            "%-18s facts %-5s %s%s",
                            trap.word(),
                            trap.facts(),
                            trap.where() == Trap.Where.HOST ? "HOST" : "HOST/CTID",
                            trap.isSimulated() ? trap.isReal() ? "" : ", simulated lab only" : ", real lab only"))
                    .collect(Collectors.joining("\n")));
            return 0;
        }
        Trap trap = Trap.of(word.get())
                .orElseThrow(
                        () -> new LabOptions.BadInput("TRAP: \"" + word.get() + "\" is not one of " + Trap.words()));
        boolean ofVe = trap.where() != Trap.Where.HOST;
        String where = place.filter(text -> text.contains("/") == ofVe)
                .orElseThrow(() -> new LabOptions.BadInput(
                        trap.word() + " is set on " + (ofVe ? "a VE: give HOST/CTID" : "a host: give HOST")));
        RunningLab lab = options.attached();
        if (lab.kind().equals("real") ? !trap.isReal() : !trap.isSimulated()) {
            throw new LabOptions.Refused(trap.word() + " is not for " + lab.kind() + " labs");
        }
        String line = undo
                ? trap.undo().orElseThrow(() -> new LabOptions.BadInput(trap.word() + " cannot be undone"))
                : trap.line();
        String[] parts = where.split("/", 2);
        return lab.exec(
                trap.where() == Trap.Where.VE ? where : parts[0],
                List.of("sh", "-c", line, "sh", parts.length > 1 ? parts[1] : ""));
    }
}
