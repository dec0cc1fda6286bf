package vzguard.cli.commands;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import vzguard.cli.console.Console;
import vzguard.cli.outcome.CommandFailed;
import vzguard.cli.outcome.ExitCode;
import vzguard.cli.render.Text;
import vzguard.policy.PolicyParser;
import vzguard.values.Problem;

/**
 * The text of a policy, and where it came from.
 *
 * @param name the file as the person named it, for messages
 */
record PolicyFile(String name, String text) {
    /** The controller's limit. */
    static final int LARGEST = 256 * 1024;

    private static final Pattern PLACED = Pattern.compile("(?m)^([0-9]+:[0-9]+):? ");

    /**
     * Reads the file, or standard input for {@code -}.
     *
     * @throws CommandFailed (bad input) when it cannot be read, is too large, or is not UTF-8
     */
    static PolicyFile read(String file, Console console) {
        String name = file.equals("-") ? "(standard input)" : file;
        try (InputStream in = file.equals("-") ? console.in() : Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(LARGEST + 1);
            if (bytes.length > LARGEST) {
                throw CommandFailed.badInput(name + ": larger than " + LARGEST / 1024 + " KiB, so it is no policy");
            }
            return new PolicyFile(
                    name,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (NoSuchFileException e) {
            throw CommandFailed.badInput(name + ": no such file");
        } catch (CharacterCodingException e) {
            throw CommandFailed.badInput(name + ": not UTF-8 text");
        } catch (IOException | InvalidPathException e) {
            throw CommandFailed.badInput(name + ": cannot be read: " + e.getMessage());
        }
    }

    /**
     * This file, when there is no fault in it; nobody need be asked to know that.
     *
     * @throws CommandFailed (bad input) with every fault in a line of its own, {@code FILE:LINE:COLUMN: what is permitted}
     */
    PolicyFile checked() {
        List<Problem> problems = PolicyParser.parse(text).problems();
        if (problems.isEmpty()) {
            return this;
        }
        List<String> lines = new ArrayList<>();
        problems.forEach(problem -> lines.add(
                place(problem) + (problem.path().isEmpty() ? "" : problem.path() + ": ") + problem.message()));
        throw CommandFailed.badInput("the policy has " + Text.count(problems.size(), "fault")
                + "; nothing was touched\n" + String.join("\n", lines));
    }

    private String place(Problem problem) {
        return name + ":" + (problem.line() == 0 ? "" : problem.line() + ":" + problem.column() + ":") + " ";
    }

    /** Runs a call that sends this text; faults that the controller finds in it get the file's name in front. */
    <T> T withPlaces(Supplier<T> call) {
        try {
            return call.get();
        } catch (StatusRuntimeException e) {
            String said =
                    e.getStatus().getDescription() == null ? "" : e.getStatus().getDescription();
            if (e.getStatus().getCode() == Status.Code.INVALID_ARGUMENT
                    && PLACED.matcher(said).find()) {
                throw new CommandFailed(
                        ExitCode.BAD_INPUT,
                        PLACED.matcher(said)
                                .replaceAll(match -> Matcher.quoteReplacement(name + ":" + match.group(1) + ": ")));
            }
            throw e;
        }
    }
}
