package vzguard.agent.prove;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import vzguard.agent.model.Family;
import vzguard.agent.model.Place;

/**
 * The connections that prove one guard in one family, in their order. The first one comes from the allowed source: when
 * it is not answered, nothing listens, and silence afterwards would prove nothing.
 */
public record ProofPlan(
        Place place, List<Place> others, Family family, ProofSettings settings, List<Attempt> attempts) {
    public ProofPlan {
        others = List.copyOf(others);
        attempts = List.copyOf(attempts);
    }

    /** What a connection stands for. */
    public enum Purpose {
        /** From the allowed source: always answered. */
        ALLOWED("allowed"),
        /** One of the first N-1 from a source: answered, and counted. */
        COUNTED("counted"),
        /** The Nth from that source: dropped. */
        DROPPED("dropped"),
        /** From a source that was not seen before: answered. */
        OTHER("other source");

        private final String word;

        Purpose(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    /**
     * One connection.
     *
     * @param number 1, 2, ... in the order made
     * @param count which connection from its source it is: 1, 2, ...
     */
    public record Attempt(int number, String from, String to, int port, Purpose purpose, int count) {
        /** It must be answered. */
        public boolean answerExpected() {
            return purpose != Purpose.DROPPED;
        }
    }

    /**
     * Per port: one allowed connection, N-1 that are counted, the Nth, N-1 more allowed ones (N in all, the last of which
     * the guard would drop from any other source), and one from another source.
     *
     * @param to address of the target
     * @param ports of the settings, those to prove
     */
    static ProofPlan of(
            Place place,
            List<Place> others,
            Family family,
            ProofSettings settings,
            String to,
            List<Integer> ports,
            Sources sources) {
        List<Attempt> attempts = new ArrayList<>();
        for (int port : ports) {
            String source = sources.fresh(family);
            String other = sources.fresh(family);
            add(attempts, Sources.allowed(family), to, port, Purpose.ALLOWED, 1);
            for (int i = 1; i < settings.hits(); i++) {
                add(attempts, source, to, port, Purpose.COUNTED, i);
            }
            add(attempts, source, to, port, Purpose.DROPPED, settings.hits());
            for (int i = 2; i <= settings.hits(); i++) {
                add(attempts, Sources.allowed(family), to, port, Purpose.ALLOWED, i);
            }
            add(attempts, other, to, port, Purpose.OTHER, 1);
        }
        return new ProofPlan(place, others, family, settings, attempts);
    }

    /** Every site whose guard counts these connections. */
    List<Place> sites() {
        return Stream.concat(Stream.of(place), others.stream()).toList();
    }

    /** Sources that the guard has in its list afterwards, each once. */
    List<String> listedSources() {
        return attempts.stream()
                .filter(attempt -> attempt.purpose() != Purpose.ALLOWED)
                .map(Attempt::from)
                .distinct()
                .toList();
    }

    private static void add(List<Attempt> to, String from, String target, int port, Purpose purpose, int count) {
        to.add(new Attempt(to.size() + 1, from, target, port, purpose, count));
    }
}
