package vzguard.cli.console;

import java.util.List;

/** A block of lines at the bottom of a terminal that is drawn again and again in place. For one thread. */
public final class LiveBlock {
    private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[J";

    private final Console console;
    private int drawn;

    public LiveBlock(Console console) {
        this.console = console;
    }

    /** Draws the lines over those of the last time. None may be longer than the terminal is wide. */
    public void draw(List<String> lines) {
        String clear = drawn == 0 ? "" : String.format(UP_AND_CLEAR, drawn);
        console.print(clear + String.join("\n", lines) + "\n");
        drawn = lines.size();
    }
}
