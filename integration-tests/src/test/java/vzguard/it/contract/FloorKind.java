package vzguard.it.contract;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The labs that are held to the transcripts. */
enum FloorKind {
    SIMULATED,
    REAL;

    /** As transcript files and the document write it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<FloorKind> of(String word) {
        return Arrays.stream(values()).filter(kind -> kind.word().equals(word)).findFirst();
    }
}
