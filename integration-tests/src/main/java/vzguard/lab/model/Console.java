package vzguard.lab.model;

/** What vzctl says: its log lines, which {@code --quiet} silences on both streams, and its answers, which nothing does. */
final class Console {
    private final ProgramOutput output;
    private final boolean quiet;
    private final VzctlWords words;

    /** @param words into which every line is put; callers give those of 4.11.1 */
    Console(ProgramOutput output, boolean quiet, VzctlWords words) {
        this.output = output;
        this.quiet = quiet;
        this.words = words;
    }

    /** An answer, on standard output. */
    void answer(String line) {
        check();
        words.line(line).ifPresent(output::out);
    }

    /** An error message that is no log line. */
    void error(String line) {
        check();
        words.line(line).ifPresent(output::err);
    }

    /** A log line; vzctl prints those of level 0 on standard output. */
    void say(String line) {
        check();
        if (!quiet) {
            words.line(line).ifPresent(output::out);
        }
    }

    /** A log line of an error. */
    void complain(String line) {
        check();
        if (!quiet) {
            words.line(line).ifPresent(output::err);
        }
    }

    /** @throws CallerGone when the caller was killed; nothing may be tidied up then */
    void check() {
        if (output.callerGone()) {
            throw new CallerGone();
        }
    }

    boolean callerGone() {
        return output.callerGone();
    }

    /** The calling process was killed: the program ends on the spot. */
    static final class CallerGone extends RuntimeException {
        private static final long serialVersionUID = 1;

        CallerGone() {
            super("the calling process is gone", null, false, false);
        }
    }
}
