package vzguard.controller.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.controller.store.Database;
import vzguard.controller.testing.Client;
import vzguard.controller.testing.MovableClock;
import vzguard.controller.testing.Operations;
import vzguard.controller.testing.RunningController;
import vzguard.controller.testing.ScriptedAgent;
import vzguard.v1.Ban;
import vzguard.v1.BanAction;
import vzguard.v1.BansJob;
import vzguard.v1.Cause;
import vzguard.v1.ChangeBanReply;
import vzguard.v1.ChangeBanRequest;
import vzguard.v1.GetStatusRequest;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.ListBansReply;
import vzguard.v1.ListBansRequest;
import vzguard.v1.Outcome;

/** Bans as operators ask for them, over real mutual TLS, against an agent that follows a script. */
class BanApiTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final BanAction ADD = BanAction.BAN_ACTION_ADD;
    private static final BanAction REMOVE = BanAction.BAN_ACTION_REMOVE;

    private final MovableClock clock = new MovableClock();
    private Path state = Path.of("");
    private RunningController controller;
    private ScriptedAgent hn1;

    @BeforeEach
    void start(@TempDir Path folder) {
        state = folder.resolve("state");
        controller = RunningController.start(state, clock);
        hn1 = controller.agent("hn1", "101", "102").connect();
        new Operations(controller).awaitVes(2);
    }

    @AfterEach
    void stop() {
        controller.close();
    }

    @Test
    void bansAreAddedListedAndRemoved() {
        ChangeBanReply added = change("101", ADD, "192.0.2.7", "2001:db8::7");
        assertThat(added.getOutcome()).isEqualTo(Outcome.OUTCOME_DONE);
        assertThat(added.getSummary()).isEqualTo("changed as the script says");
        assertThat(addresses(list("101"))).containsExactly("192.0.2.7", "2001:db8::");
        assertThat(addresses(list(""))).isEmpty();

        ChangeBanReply removed = change("101", REMOVE, "192.0.2.7");
        assertThat(removed.getOutcome()).isEqualTo(Outcome.OUTCOME_DONE);
        assertThat(removed.getState().getBansList()).extracting(Ban::getAddress).containsExactly("2001:db8::");
        assertThat(removed.getState()).isEqualTo(list("101").getState());
        assertThat(removed.getState().getLists(0).getCapacity()).isEqualTo(100);
    }

    @Test
    void theAgentIsAskedForWhatTheOperatorNamed() {
        change("101", REMOVE, "2001:DB8::7", "192.0.2.7", "2001:db8:1::/64");
        list("");

        List<Job> jobs = hn1.host().bans().jobs();
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
        change("102", ADD, "192.0.2.7");
        ChangeBanReply again = change("102", ADD, "192.0.2.7");
        assertThat(again.getOutcome()).isEqualTo(Outcome.OUTCOME_NO_OP);
        assertThat(again.getSummary()).isEqualTo("it was so already");
        assertThat(again.getState().getBansCount()).isEqualTo(1);
    }

    @Test
    void allFaultsOfARequestAreToldAtOnceAndTheAgentIsNotAsked() {
        assertThatThrownBy(() -> change("101", BanAction.BAN_ACTION_LIST, "localhost", "192.0.2.7", "10.0.0.0/8"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageStartingWith("INVALID_ARGUMENT: action: 1 is not permitted (permitted: ADD, REMOVE)\n"
                        + "addresses[0]: \"localhost\" is no address (permitted: ")
                .hasMessageContaining("\naddresses[2]: \"10.0.0.0/8\" is a block (permitted: ");
        assertThatThrownBy(() -> change("101", ADD, "2001:db8::1", "2001:db8::2"))
                .hasMessageContaining("INVALID_ARGUMENT: addresses[1]: \"2001:db8::2\" is the ban of 2001:db8::/64");
        assertThatThrownBy(() -> change("101", ADD)).hasMessageContaining("addresses: 0 are given (permitted: 1-100");
        nothingWasAskedNorWritten();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101})
    void evenTheLongestListOfFaultsReachesTheOperator(int count) {
        String[] junk = IntStream.range(0, count)
                .mapToObj(i -> i + "\u00e9\u4e2d".repeat(40))
                .toArray(String[]::new);
        assertThatThrownBy(() -> change("101", ADD, junk))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining(
                        count > 100
                                ? "INVALID_ARGUMENT: addresses: 101 are given (permitted: 1-100 in one call)"
                                : "\nand 90 more");
        nothingWasAskedNorWritten();
    }

    @ParameterizedTest
    @EnumSource(
            value = BanAction.class,
            names = {"BAN_ACTION_LIST", "BAN_ACTION_ADD"})
    void aHostAndAVeMustBeKnown(BanAction action) {
        assertThatThrownBy(() -> call(action, "hn7", ""))
                .hasMessageContaining("NOT_FOUND: no host \"hn7\"")
                .hasMessageContaining("hn1");
        assertThatThrownBy(() -> call(action, "hn1", "103"))
                .hasMessageContaining("NOT_FOUND: no VE 103 on host hn1")
                .hasMessageContaining("101, 102");
        assertThatThrownBy(() -> call(action, "hn1", "0"))
                .hasMessageContaining("INVALID_ARGUMENT: not a CTID: \"0\" (permitted: a number from 1 to");
        nothingWasAskedNorWritten();
    }

    @ParameterizedTest
    @CsvSource({
        "OUTCOME_FAILED, ABORTED, could not",
        "OUTCOME_UNSPECIFIED, ABORTED, could not",
        "OUTCOME_REFUSED, FAILED_PRECONDITION, does not",
        "OUTCOME_SKIPPED, FAILED_PRECONDITION, does not"
    })
    void whatAnAgentDidNotDoIsAnErrorWithItsCauses(Outcome outcome, Status.Code code, String verb) {
        hn1.host()
                .bans()
                .answer(JobResult.newBuilder()
                        .setOutcome(outcome)
                        .setSummary("list SSH-DENY is full")
                        .addCauses(Cause.newBuilder()
                                .setCode("LIST_FULL")
                                .setSummary("it holds 100")
                                .setCure("remove some"))
                        .build());
        assertThatThrownBy(() -> change("101", ADD, "192.0.2.7"))
                .hasMessage(code + ": the agent " + verb + " change bans for hn1/101: list SSH-DENY is full\n"
                        + "LIST_FULL: it holds 100; cure: remove some");
        assertThatThrownBy(() -> list(""))
                .hasMessageStartingWith(code + ": the agent " + verb + " list bans for hn1: list SSH-DENY is full\n");
    }

    @Test
    void aListWithoutItsContentIsNoEmptyList() {
        hn1.host()
                .bans()
                .answer(JobResult.newBuilder().setOutcome(Outcome.OUTCOME_DONE).build());
        assertThatThrownBy(() -> list("101")).hasMessage("ABORTED: the agent gave no bans for hn1/101");
    }

    @Test
    void anAgentThatDoesNotKnowTheVerbIsToBeUpdated() {
        hn1.forgetVerb(Job.VerbCase.BANS);
        String said = "FAILED_PRECONDITION: the agent of hn1 refuses bans: this agent does not know it; it knows"
                + " observe, plan; update that agent";
        assertThatThrownBy(() -> list("101")).hasMessage(said);
        assertThatThrownBy(() -> change("", ADD, "192.0.2.7")).hasMessage(said);
    }

    @Test
    void anAgentThatIsAwayIsNotAskedAndNothingIsWrittenDown() {
        hn1.disconnect();
        await().atMost(PATIENCE)
                .until(() -> controller
                                .operator()
                                .getStatus(GetStatusRequest.getDefaultInstance())
                                .getHostsConnected()
                        == 0);
        for (BanAction action : List.of(BanAction.BAN_ACTION_LIST, ADD, REMOVE)) {
            assertThatThrownBy(() -> call(action, "hn1", "101"))
                    .hasMessageContaining("UNAVAILABLE: host hn1 is not connected; last seen ");
        }
        nothingWasAskedNorWritten();
    }

    @Test
    void aChangeThatIsNotAnsweredInTimeMayHaveBeenDoneAndSaysHowToSee() {
        hn1.holdAnswers();
        CompletableFuture<ChangeBanReply> change = CompletableFuture.supplyAsync(() -> change("101", ADD, "192.0.2.7"));
        // The entry is committed with the question; only what is asked already can be overdue.
        await().atMost(PATIENCE).until(() -> !audit().isEmpty());
        clock.forward(Duration.ofMinutes(2));

        assertThatThrownBy(() -> change.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasMessageContaining("UNAVAILABLE: host hn1 is connected, but did not answer in time; whether it was"
                        + " done, `vzguard bans list hn1/101` tells");
    }

    @Test
    void everyChangeThatAnAgentWasAskedForIsInTheAudit() {
        change("101", ADD, "192.0.2.7", "2001:db8::7");
        list("101");
        change("101", ADD, "192.0.2.7");
        hn1.host()
                .bans()
                .answer(JobResult.newBuilder()
                        .setOutcome(Outcome.OUTCOME_FAILED)
                        .build());
        assertThatThrownBy(() -> change("", REMOVE, "192.0.2.9")).hasMessageContaining("ABORTED");

        assertThat(audit())
                .containsExactly(
                        "operator/alice ChangeBan hn1/101 add 192.0.2.7, 2001:db8::/64",
                        "operator/alice ChangeBan hn1/101 add 192.0.2.7",
                        "operator/alice ChangeBan hn1 remove 192.0.2.9");
    }

    @Test
    void nobodyButAnOperatorListsOrChangesBans() {
        Client agent = hn1.client();
        for (ManagedChannel channel :
                List.of(agent.channel(controller.port()), agent.anonymousChannel(controller.port()))) {
            assertThatThrownBy(() -> Client.operator(channel).changeBan(request("hn1", "101", ADD, "192.0.2.7")))
                    .hasMessageContaining("vzguard.v1.Operator/ChangeBan")
                    .hasMessageContaining("role operator");
            assertThatThrownBy(() -> Client.operator(channel)
                            .listBans(
                                    ListBansRequest.newBuilder().setHost("hn1").build()))
                    .hasMessageContaining("vzguard.v1.Operator/ListBans")
                    .hasMessageContaining("role operator");
            channel.shutdownNow();
        }
        nothingWasAskedNorWritten();
    }

    private void nothingWasAskedNorWritten() {
        assertThat(hn1.host().bans().jobs()).isEmpty();
        assertThat(audit()).isEmpty();
    }

    /** Entries about bans, oldest first. */
    private List<String> audit() {
        try (Database database = Database.attach(state.resolve("controller.db"))) {
            return database.handle()
                    .createQuery("select actor || ' ' || action || ' ' || detail from audit"
                            + " where action like '%Ban%' order by entry")
                    .mapTo(String.class)
                    .list();
        }
    }

    private static List<String> addresses(ListBansReply reply) {
        return reply.getState().getBansList().stream().map(Ban::getAddress).toList();
    }

    private ListBansReply list(String ctid) {
        return controller
                .operator()
                .listBans(ListBansRequest.newBuilder()
                        .setHost("hn1")
                        .setCtid(ctid)
                        .build());
    }

    private ChangeBanReply change(String ctid, BanAction action, String... addresses) {
        return controller.operator().changeBan(request("hn1", ctid, action, addresses));
    }

    private void call(BanAction action, String host, String ctid) {
        if (action == BanAction.BAN_ACTION_LIST) {
            controller
                    .operator()
                    .listBans(ListBansRequest.newBuilder()
                            .setHost(host)
                            .setCtid(ctid)
                            .build());
        } else {
            controller.operator().changeBan(request(host, ctid, action, "192.0.2.7"));
        }
    }

    private static ChangeBanRequest request(String host, String ctid, BanAction action, String... addresses) {
        return ChangeBanRequest.newBuilder()
                .setHost(host)
                .setCtid(ctid)
                .setAction(action)
                .addAllAddresses(Arrays.asList(addresses))
                .build();
    }
}
