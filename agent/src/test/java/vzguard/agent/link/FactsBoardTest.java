package vzguard.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Timestamps;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import vzguard.v1.AgentMessage;
import vzguard.v1.HostFacts;
import vzguard.v1.JobResult;
import vzguard.v1.VeFacts;

/** What a sweep still has to tell after the result of a job told something newer. */
class FactsBoardTest {
    private final FactsBoard board = new FactsBoard();
    private final Outbox outbox = new Outbox(() -> {});

    FactsBoardTest() {
        board.attach(outbox);
        board.swept(sections(1, "as it was"));
        told();
    }

    private static VeFacts ve(long second, String hostname) {
        return VeFacts.newBuilder()
                .setCtid("101")
                .setHostname(hostname)
                .setObservedAt(Timestamps.fromSeconds(second))
                .build();
    }

    private static Sections sections(long second, String hostname) {
        HostFacts host = HostFacts.newBuilder()
                .setObservedAt(Timestamps.fromSeconds(second))
                .build();
        TreeMap<String, VeFacts> ves = new TreeMap<>();
        ves.put("101", ve(second, hostname));
        return new Sections(host, ves);
    }

    private static JobResult result(long second) {
        return JobResult.newBuilder().addVes(ve(second, "as the job left it")).build();
    }

    /** Names of the VE in what the outbox has to say now. */
    private List<String> told() {
        List<String> names = new ArrayList<>();
        for (Optional<AgentMessage.Builder> next = outbox.next(); next.isPresent(); next = outbox.next()) {
            next.get().getVes().getChangedList().forEach(ve -> names.add(ve.getHostname()));
        }
        return names;
    }

    @Test
    void whatIsAgainAsTheLastSweepToldItIsToldAgainWhenAJobToldOtherwiseMeanwhile() {
        board.toldByJob(result(5));
        board.swept(sections(9, "as it was"));
        assertThat(told()).containsExactly("as it was");
        board.swept(sections(10, "as it was"));
        assertThat(told()).isEmpty();
    }

    @Test
    void aControllerThatAsksIsNotToldWhatAJobHasOutdated() {
        board.toldByJob(result(5));
        board.attach(outbox);
        board.needed(List.of("ve/101"));
        assertThat(told()).isEmpty();
        board.swept(sections(9, "as it was"));
        assertThat(told()).containsExactly("as it was");
    }

    @Test
    void aSweepThatLookedBeforeTheJobEndedDoesNotContradictIt() {
        board.toldByJob(result(5));
        board.swept(sections(4, "in the middle of the job"));
        assertThat(told()).isEmpty();
        board.swept(sections(9, "as the job left it"));
        assertThat(told()).containsExactly("as the job left it");
    }
}
