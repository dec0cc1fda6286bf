package vzguard.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import vzguard.agent.exec.CommandResult;
import vzguard.it.contract.Transcript.Given;
import vzguard.it.contract.Transcript.Observed;
import vzguard.it.contract.Transcript.Step;

/** Replays every section on a fresh host and compares standard output, standard error and exit code per command. */
abstract class TranscriptContract {
    abstract FloorKind kind();

    /** How many sections are replayed at the same time, each on a floor of its own. */
    abstract int floorsAtOnce();

    /** A host as {@link TranscriptFloor} promises it. */
    abstract TranscriptFloor freshFloor();

    @TestFactory
    Stream<DynamicTest> everySection() {
        ExecutorService replays = Executors.newFixedThreadPool(floorsAtOnce());
        Deque<DynamicTest> tests = new ArrayDeque<>();
        // From the last to the first: the section that waits for seconds comes late, and the others need not wait for
        // it.
        for (int i = TranscriptParser.FILES.size() - 1; i >= 0; i--) {
            String file = TranscriptParser.FILES.get(i);
            Future<List<String>> differences = replays.submit(() -> replay(TranscriptParser.read(file)));
            tests.addFirst(DynamicTest.dynamicTest(
                    file, () -> assertThat(differences.get()).isEmpty()));
        }
        replays.shutdown();
        return tests.stream();
    }

    /** @return what differs, in words; empty when nothing does */
    final List<String> replay(Transcript transcript) {
        List<String> differences = new ArrayList<>();
        long pid = 0;
        try (TranscriptFloor floor = freshFloor()) {
            for (Step step : transcript.steps()) {
                if (step instanceof Given given) {
                    pid = prepare(floor, given, pid, differences);
                } else if (step instanceof Observed observed && observed.isReplayedOn(kind())) {
                    compare(floor, observed, pid, differences);
                }
            }
        }
        return differences;
    }

    private static long prepare(TranscriptFloor floor, Given given, long pid, List<String> differences) {
        switch (given.directive()) {
            case "given" -> {
                CommandResult result = floor.shell(given.argument().replace("{pid}", Long.toString(pid)));
                if (result.exit() != 0) {
                    differences.add("given " + given.argument() + ": " + result.explain());
                }
            }
            case "deaf" -> floor.makeDeaf(Integer.parseInt(given.argument()));
            case "process" -> {
                return floor.startProcess(given.argument());
            }
            case "end process" -> floor.endProcess(pid);
            case "no modules" -> floor.withoutModules();
            default -> throw new IllegalArgumentException("not a directive: " + given.directive());
        }
        return pid;
    }

    private static void compare(TranscriptFloor floor, Observed observed, long pid, List<String> differences) {
        CommandResult result = floor.shell(observed.command().replace("{pid}", Long.toString(pid)));
        List<String> out = result.out().lines().toList();
        List<String> err = result.err().lines().toList();
        boolean same = ExpectedLines.match(observed.out(), out, pid)
                && ExpectedLines.match(observed.err(), err, pid)
                && result.exit() == observed.exit();
        if (!same) {
            differences.add("\nline " + observed.line() + ": $ " + observed.command()
                    + "\n  expected exit " + observed.exit() + "\n  out " + String.join("\n  out ", observed.out())
                    + "\n  err " + String.join("\n  err ", observed.err())
                    + "\n  but got exit " + result.exit() + "\n  out " + String.join("\n  out ", out)
                    + "\n  err " + String.join("\n  err ", err));
        }
    }
}
