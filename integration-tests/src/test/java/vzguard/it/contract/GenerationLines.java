package vzguard.it.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import vzguard.agent.exec.CommandResult;
import vzguard.it.contract.Transcript.Given;
import vzguard.it.contract.Transcript.Observed;
import vzguard.it.contract.Transcript.Step;
import vzguard.lab.model.FleetSeed;
import vzguard.lab.model.Generation;

/**
 * Golden lines of a generation: not seen, but made of facts, each with its source. They are run one after the other on a freshly
 * booted lab of that generation with two hosts of two VEs, on hn2 until the lines name another host; {@code {ve}} and
 * {@code {ve2}} stand for its VEs.
 */
final class GenerationLines {
    static final int HOSTS = 2;
    static final int VES = 2;

    private GenerationLines() {}

    static Transcript of(Generation generation) {
        return TranscriptParser.read("/vzguard/it/generations/" + generation.word());
    }

    /**
     * Runs them.
     *
     * @param shell runs a line on a host
     * @return what differs, in words; empty when nothing does
     */
    static List<String> differences(
            Generation generation, FloorKind kind, BiFunction<String, String, CommandResult> shell) {
        List<String> differences = new ArrayList<>();
        String host = "hn2";
        for (Step step : of(generation).steps()) {
            if (step instanceof Given given) {
                host = given.argument();
            } else if (step instanceof Observed observed && observed.isReplayedOn(kind)) {
                String here = host;
                compare(generation, observed, line -> shell.apply(here, line), differences);
            }
        }
        return differences;
    }

    private static void compare(
            Generation generation, Observed observed, Function<String, CommandResult> shell, List<String> differences) {
        CommandResult result = shell.apply(named(generation, observed.command()));
        List<String> out = result.out().lines().toList();
        List<String> err = result.err().lines().toList();
        List<String> expectedOut =
                observed.out().stream().map(each -> named(generation, each)).toList();
        List<String> expectedErr =
                observed.err().stream().map(each -> named(generation, each)).toList();
        if (!out.equals(expectedOut) || !err.equals(expectedErr) || result.exit() != observed.exit()) {
            differences.add("\nline " + observed.line() + " (" + observed.source() + "): $ " + observed.command()
                    + "\n  expected exit " + observed.exit() + "\n  out " + String.join("\n  out ", expectedOut)
                    + "\n  err " + String.join("\n  err ", expectedErr) + "\n  but got exit " + result.exit()
                    + "\n  out " + String.join("\n  out ", out) + "\n  err " + String.join("\n  err ", err));
        }
    }

    private static String named(Generation generation, String text) {
        List<String> ves = FleetSeed.ctids(VES, generation).stream()
                .map(ctid -> ctid.text())
                .toList();
        return text.replace("{ve}", ves.get(0)).replace("{ve2}", ves.get(1));
    }
}
