package vzguard.controller.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vzguard.v1.Ban;
import vzguard.v1.BanAction;
import vzguard.v1.BansJob;
import vzguard.v1.Cause;
import vzguard.v1.ChangeBanReply;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.ListBansReply;
import vzguard.v1.Outcome;

/** Bans as operators ask for them, over real mutual TLS, against an agent that follows a script. */
class BanApiTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final BanAction ADD = BanAction.BAN_ACTION_ADD;
    private static final BanAction REMOVE = BanAction.BAN_ACTION_REMOVE;

    private BanScene bans;

    @BeforeEach
    void start(@TempDir Path folder) {
        bans = new BanScene(folder.resolve("state"));
    }

    @AfterEach
    void stop() {
        bans.close();
    }

    @Test
    void bansAreAddedListedAndRemoved() {
        ChangeBanReply added = bans.change("101", ADD, "192.0.2.7", "2001:db8::7");
        assertThat(added.getOutcome()).isEqualTo(Outcome.OUTCOME_DONE);
        assertThat(added.getSummary()).isEqualTo("changed as the script says");
        assertThat(addresses(bans.list("101"))).containsExactly("192.0.2.7", "2001:db8::");
        assertThat(addresses(bans.list(""))).isEmpty();

        ChangeBanReply removed = bans.change("101", REMOVE, "192.0.2.7");
        assertThat(removed.getOutcome()).isEqualTo(Outcome.OUTCOME_DONE);
        assertThat(removed.getState().getBansList()).extracting(Ban::getAddress).containsExactly("2001:db8::");
        assertThat(removed.getState()).isEqualTo(bans.list("101").getState());
        assertThat(removed.getState().getLists(0).getCapacity()).isEqualTo(100);
    }

    @Test
    void theAgentIsAskedForWhatTheOperatorNamed() {
        bans.change("101", REMOVE, "2001:DB8::7", "192.0.2.7", "2001:db8:1::/64");
        bans.list("");

        List<Job> jobs = bans.agent().host().bans().jobs();
        assertThat(jobs)
                .extracting(Job::getBans)
                .containsExactly(
                        BansJob.newBuilder()
                                .setCtid("101")
                                .setAction(REMOVE)
                                .addAllAddresses(List.of("2001:db8::", "192.0.2.7", "2001:db8:1::"))
                                .build(),
                        BansJob.newBuilder()
                                .setAction(BanAction.BAN_ACTION_LIST)
                                .build());
        assertThat(jobs).allMatch(job -> job.getDeadline().getSeconds() == 120);
    }

    @Test
    void whatWasSoAlreadyIsNoFailure() {
        bans.change("102", ADD, "192.0.2.7");
        ChangeBanReply again = bans.change("102", ADD, "192.0.2.7");
        assertThat(again.getOutcome()).isEqualTo(Outcome.OUTCOME_NO_OP);
        assertThat(again.getSummary()).isEqualTo("it was so already");
        assertThat(again.getState().getBansCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "OUTCOME_FAILED, ABORTED, could not",
        "OUTCOME_UNSPECIFIED, ABORTED, could not",
        "OUTCOME_REFUSED, FAILED_PRECONDITION, does not",
        "OUTCOME_SKIPPED, FAILED_PRECONDITION, does not"
    })
    void whatAnAgentDidNotDoIsAnErrorWithItsCauses(Outcome outcome, Status.Code code, String verb) {
        bans.agent()
                .host()
                .bans()
                .answer(JobResult.newBuilder()
                        .setOutcome(outcome)
                        .setSummary("list SSH-DENY is full")
                        .addCauses(Cause.newBuilder()
                                .setCode("LIST_FULL")
                                .setSummary("it holds 100")
                                .setCure("remove some"))
                        .build());
        assertThatThrownBy(() -> bans.change("101", ADD, "192.0.2.7"))
                .hasMessage(code + ": the agent " + verb + " change bans for hn1/101: list SSH-DENY is full\n"
                        + "LIST_FULL: it holds 100; cure: remove some");
        assertThatThrownBy(() -> bans.list(""))
                .hasMessageStartingWith(code + ": the agent " + verb + " list bans for hn1: list SSH-DENY is full\n");
    }

    @Test
    void aListWithoutItsContentIsNoEmptyList() {
        bans.agent()
                .host()
                .bans()
                .answer(JobResult.newBuilder().setOutcome(Outcome.OUTCOME_DONE).build());
        assertThatThrownBy(() -> bans.list("101")).hasMessage("ABORTED: the agent gave no bans for hn1/101");
    }

    @Test
    void anAgentThatDoesNotKnowTheVerbIsToBeUpdated() {
        bans.agent().forgetVerb(Job.VerbCase.BANS);
        String said = "FAILED_PRECONDITION: the agent of hn1 refuses bans: this agent does not know it; it knows"
                + " observe, plan; update that agent";
        assertThatThrownBy(() -> bans.list("101")).hasMessage(said);
        assertThatThrownBy(() -> bans.change("", ADD, "192.0.2.7")).hasMessage(said);
    }

    @Test
    void aChangeThatIsNotAnsweredInTimeMayHaveBeenDoneAndSaysHowToSee() {
        bans.agent().holdAnswers();
        CompletableFuture<ChangeBanReply> change =
                CompletableFuture.supplyAsync(() -> bans.change("101", ADD, "192.0.2.7"));
        // The entry is committed with the question; only what is asked already can be overdue.
        await().atMost(PATIENCE).until(() -> !bans.audit().isEmpty());
        bans.clock().forward(Duration.ofMinutes(2));

        assertThatThrownBy(() -> change.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasMessageContaining("UNAVAILABLE: host hn1 is connected, but did not answer in time; whether it was"
                        + " done, `vzguard bans list hn1/101` tells");
    }

    @Test
    void everyChangeThatAnAgentWasAskedForIsInTheAudit() {
        bans.change("101", ADD, "192.0.2.7", "2001:db8::7");
        bans.list("101");
        bans.change("101", ADD, "192.0.2.7");
        bans.agent()
                .host()
                .bans()
                .answer(JobResult.newBuilder()
                        .setOutcome(Outcome.OUTCOME_FAILED)
                        .build());
        assertThatThrownBy(() -> bans.change("", REMOVE, "192.0.2.9")).hasMessageContaining("ABORTED");

        assertThat(bans.audit())
                .containsExactly(
                        "operator/alice ChangeBan hn1/101 add 192.0.2.7, 2001:db8::/64",
                        "operator/alice ChangeBan hn1/101 add 192.0.2.7",
                        "operator/alice ChangeBan hn1 remove 192.0.2.9");
    }

    private static List<String> addresses(ListBansReply reply) {
        return reply.getState().getBansList().stream().map(Ban::getAddress).toList();
    }
}
