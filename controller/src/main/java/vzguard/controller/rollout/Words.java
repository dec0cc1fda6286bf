package vzguard.controller.rollout;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** How states, counts and times read in sentences. */
final class Words {
    private Words() {}

    static String of(RolloutState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    static String alternatives(RolloutState... states) {
        return Arrays.stream(states).map(Words::of).collect(Collectors.joining(" or "));
    }

    static String of(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    static String count(int number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }
}
