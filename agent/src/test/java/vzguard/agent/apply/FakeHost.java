package vzguard.agent.apply;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;

/** A runner that answers from a function and remembers what it was asked. */
final class FakeHost implements CommandRunner {
    private final List<String> asked = new ArrayList<>();
    private Function<Command, CommandResult> answers;

    FakeHost(Function<Command, CommandResult> answers) {
        this.answers = answers;
    }

    void answer(Function<Command, CommandResult> other) {
        answers = other;
    }

    @Override
    public synchronized CommandResult run(Command command) {
        asked.add(command.toString());
        return answers.apply(command);
    }

    /** Command lines so far. */
    synchronized List<String> asked() {
        return List.copyOf(asked);
    }
}
