package vzguard.agent.verbs;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import vzguard.policy.Policy;
import vzguard.policy.PolicyParser;

/** A policy that an operator names on the command line. */
final class PolicyFile {
    private static final int MAX_BYTES = 256 << 10;

    private PolicyFile() {}

    /** @throws CommandFailed with every problem, each with its line and column; nothing was touched */
    static Policy read(String file, PrintStream err) {
        String text;
        try {
            byte[] bytes = file.equals("-") ? System.in.readNBytes(MAX_BYTES + 1) : Files.readAllBytes(Path.of(file));
            text = new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.BAD_INPUT, "the policy " + file + " cannot be read: " + e.getMessage());
        }
        PolicyParser.Parsed parsed = PolicyParser.parse(text);
        parsed.warnings().forEach(warning -> err.println("warning: " + warning));
        return parsed.policy()
                .orElseThrow(() -> new CommandFailed(
                        ExitCode.BAD_INPUT,
                        parsed.problems().stream()
                                        .map(problem -> file + ":" + problem.line() + ":" + problem.column() + ": "
                                                + (problem.path().isEmpty() ? "" : problem.path() + ": ")
                                                + problem.message())
                                        .collect(Collectors.joining("\n"))
                                + "\nnothing was changed"));
    }
}
