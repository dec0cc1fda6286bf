package vzguard.agent.exec;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessRunnerTest {
    private final List<String> log = new ArrayList<>();
    private final ProcessRunner runner = new ProcessRunner(log::add);

    @Test
    void aProgramGetsItsArgumentsAndInputAsTheyAre() {
        CommandResult echoed = runner.run(Command.of("printf", "[%s]", "a  b", "c;d", "$HOME", "*"));
        assertThat(echoed.out()).isEqualTo("[a  b][c;d][$HOME][*]");
        assertThat(runner.run(Command.of("cat").withStdin("hello")).out()).isEqualTo("hello");
        assertThat(runner.run(Command.of("sh", "-c", "echo $LC_ALL; exit 7"))).satisfies(result -> {
            assertThat(result.out()).isEqualTo("C\n");
            assertThat(result.exit()).isEqualTo(7);
            assertThat(result.succeeded()).isFalse();
        });
    }

    @Test
    void aProgramThatIsNotThereIsAResult() {
        CommandResult result = runner.run(Command.of("no-such-program-of-vzguard"));
        assertThat(result.exit()).isEqualTo(CommandResult.NOT_STARTED);
        assertThat(result.err()).contains("no-such-program-of-vzguard");
    }

    @Test
    void endlessOutputIsReadToItsEndAndCut() {
        CommandResult result = runner.run(
                Command.of("sh", "-c", "head -c 300000 /dev/zero; exit 3").withOutputLimit(1000));
        assertThat(result.stdout()).hasSize(1000);
        assertThat(result.truncated()).isTrue();
        assertThat(result.exit()).isEqualTo(3);
    }

    @Test
    void atTheDeadlineTheWholeTreeIsGone() {
        CommandResult result = runner.run(
                Command.of("sh", "-c", "sleep 61.5 & echo $!; sleep 61.5").withDeadline(Duration.ofMillis(300)));
        assertThat(result.timedOut()).isTrue();
        long child = Long.parseLong(result.out().strip());
        assertThat(ProcessHandle.of(child).filter(handle -> !ProcessRunner.hasEnded(handle)))
                .isEmpty();
        assertThat(log).isEmpty();
    }

    @Test
    void whatIsLeftRunningGoesOnAfterItsDeadline() {
        CommandResult result = runner.run(Command.of("sh", "-c", "echo $$; exec sleep 62.5")
                .withDeadline(Duration.ofMillis(300))
                .leftRunning());
        assertThat(result.timedOut()).isTrue();
        ProcessHandle left =
                ProcessHandle.of(Long.parseLong(result.out().strip())).orElseThrow();
        assertThat(left.isAlive()).isTrue();
        left.destroyForcibly();
    }
}
