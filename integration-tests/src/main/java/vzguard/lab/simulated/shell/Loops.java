package vzguard.lab.simulated.shell;

import java.util.List;
import java.util.Optional;

/** The loops and {@code case} of a script. */
final class Loops {
    private final Shell shell;

    Loops(Shell shell) {
        this.shell = shell;
    }

    int execute(Node node, Printed output) throws Leave {
        if (node instanceof Node.For loop) {
            List<String> words = loop.words().isPresent()
                    ? shell.expansion(output).fields(loop.words().get())
                    : shell.arguments;
            int code = 0;
            for (String word : words) {
                shell.variables.put(loop.variable(), word);
                Optional<Integer> round = round(loop.body(), output);
                if (round.isEmpty()) {
                    break;
                }
                code = round.get();
            }
            return code;
        }
        if (node instanceof Node.While loop) {
            int code = 0;
            while ((shell.execute(loop.condition(), output) == 0) != loop.until()) {
                Optional<Integer> round = round(loop.body(), output);
                if (round.isEmpty()) {
                    break;
                }
                code = round.get();
            }
            return code;
        }
        return branch((Node.Case) node, output);
    }

    private int branch(Node.Case choice, Printed output) throws Leave {
        String subject = shell.expansion(output).single(choice.word());
        for (Node.Branch branch : choice.branches()) {
            for (String pattern : branch.patterns()) {
                if (Glob.matches(shell.expansion(output).casePattern(pattern), subject)) {
                    return shell.execute(branch.body(), output);
                }
            }
        }
        return 0;
    }

    /** Empty when the loop was left. */
    private Optional<Integer> round(Node body, Printed output) throws Leave {
        try {
            return Optional.of(shell.execute(body, output));
        } catch (Leave leave) {
            if (leave.what() == Leave.What.LOOP) {
                return Optional.empty();
            }
            if (leave.what() == Leave.What.ROUND) {
                return Optional.of(0);
            }
            throw leave;
        }
    }
}
