package vzguard.lab.model;

import java.util.List;
import java.util.Optional;
import vzguard.values.Ctid;

/** How a host program ends: at once, or as the command in a VE that the floor now has to carry out. */
public sealed interface ProgramOutcome {
    /** The program is over. */
    record Exit(int code) implements ProgramOutcome {}

    /**
     * A command to run in a VE, with the caller's standard streams. It starts in {@code /}, with {@link #ENVIRONMENT} and
     * nothing else, as a child that outlives a killed caller.
     *
     * @param arguments program and arguments; the program is searched in the VE's PATH
     * @param fallbackProgram takes the first argument's place when that does not exist in the VE
     * @param input where the command's standard input comes from
     * @param exitRule what the command's exit code becomes
     * @param before lines for standard output before the command
     * @param after lines for standard output after it
     */
    record RunInVe(
            Ctid ctid,
            List<String> arguments,
            Optional<String> fallbackProgram,
            Input input,
            ExitRule exitRule,
            List<String> before,
            List<String> after)
            implements ProgramOutcome {
        /** The whole environment of a command in a VE. */
        public static final List<String> ENVIRONMENT =
                List.of("HOME=/", "TERM=linux", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");

        public RunInVe {
            arguments = List.copyOf(arguments);
            before = List.copyOf(before);
            after = List.copyOf(after);
        }
    }

    /** Where standard input of a command in a VE comes from. */
    sealed interface Input {
        /** The caller's own standard input. */
        record Caller() implements Input {}

        /** The caller's own when it is a terminal, else nothing ({@code enter}). */
        record CallersTerminal() implements Input {}

        /** This text, then the end ({@code runscript}). */
        record Text(String text) implements Input {}
    }

    /** What becomes of the exit code of a command in a VE (vzctl 4.11.1). */
    enum ExitRule {
        /** {@code exec}: 0 stays 0, everything else is 8. */
        EIGHT_WHEN_FAILED,
        /** {@code exec2}, {@code runscript}: the command's own; 3 when a signal ended it. */
        PASS,
        /** {@code exec3}: as {@link #PASS}, and 4 when the program does not exist. */
        PASS_OR_FOUR_WHEN_MISSING,
        /** {@code enter}. */
        ALWAYS_ZERO;

        /** For a command that ran and exited by itself. */
        public int afterExit(int code) {
            return switch (this) {
                case EIGHT_WHEN_FAILED -> code == 0 ? 0 : 8;
                case PASS, PASS_OR_FOUR_WHEN_MISSING -> code;
                case ALWAYS_ZERO -> 0;
            };
        }

        /** For a command that a signal ended. */
        public int afterSignal() {
            return switch (this) {
                case EIGHT_WHEN_FAILED -> 8;
                case PASS, PASS_OR_FOUR_WHEN_MISSING -> 3;
                case ALWAYS_ZERO -> 0;
            };
        }

        /** For a program that does not exist in the VE. */
        public int afterMissing() {
            return switch (this) {
                case EIGHT_WHEN_FAILED -> 8;
                case PASS, PASS_OR_FOUR_WHEN_MISSING -> 4;
                case ALWAYS_ZERO -> 0;
            };
        }
    }
}
