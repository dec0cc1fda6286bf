package vzguard.cli.render;

/** What a piece of text says to the eye. */
public enum Tone {
    PLAIN(""),
    GOOD("\u001b[32m"),
    WARN("\u001b[33m"),
    BAD("\u001b[31m"),
    DIM("\u001b[2m"),
    STRONG("\u001b[1m");

    private final String start;

    Tone(String start) {
        this.start = start;
    }

    /** The text in this tone, or as it is without colours. */
    public String paint(String text, boolean colour) {
        return !colour || this == PLAIN || text.isEmpty() ? text : start + text + "\u001b[0m";
    }
}
