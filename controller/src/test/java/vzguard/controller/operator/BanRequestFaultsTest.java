package vzguard.controller.operator;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.controller.testing.Client;
import vzguard.v1.BanAction;
import vzguard.v1.GetStatusRequest;
import vzguard.v1.ListBansRequest;

/** What keeps a call about bans from reaching an agent: it is told, and leaves no trace. */
class BanRequestFaultsTest {
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
    void allFaultsOfARequestAreToldAtOnceAndTheAgentIsNotAsked() {
        assertThatThrownBy(() -> bans.change("101", BanAction.BAN_ACTION_LIST, "localhost", "192.0.2.7", "10.0.0.0/8"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageStartingWith("INVALID_ARGUMENT: action: 1 is not permitted (permitted: ADD, REMOVE)\n"
                        + "addresses[0]: \"localhost\" is no address (permitted: ")
                .hasMessageContaining("\naddresses[2]: \"10.0.0.0/8\" is a block (permitted: ");
        assertThatThrownBy(() -> bans.change("101", ADD, "2001:db8::1", "2001:db8::2"))
                .hasMessageContaining("INVALID_ARGUMENT: addresses[1]: \"2001:db8::2\" is the ban of 2001:db8::/64");
        assertThatThrownBy(() -> bans.change("101", ADD))
                .hasMessageContaining("addresses: 0 are given (permitted: 1-100");
        bans.nothingWasAskedNorWritten();
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 101})
    void evenTheLongestListOfFaultsReachesTheOperator(int count) {
        String[] junk = IntStream.range(0, count)
                .mapToObj(i -> i + "\u00e9\u4e2d".repeat(40))
                .toArray(String[]::new);
        assertThatThrownBy(() -> bans.change("101", ADD, junk))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining(
                        count > 100
                                ? "INVALID_ARGUMENT: addresses: 101 are given (permitted: 1-100 in one call)"
                                : "\nand 90 more");
        bans.nothingWasAskedNorWritten();
    }

    @ParameterizedTest
    @EnumSource(
            value = BanAction.class,
            names = {"BAN_ACTION_LIST", "BAN_ACTION_ADD"})
    void aHostAndAVeMustBeKnown(BanAction action) {
        assertThatThrownBy(() -> bans.call(action, "hn7", ""))
                .hasMessageContaining("NOT_FOUND: no host \"hn7\"")
                .hasMessageContaining("hn1");
        assertThatThrownBy(() -> bans.call(action, "hn1", "103"))
                .hasMessageContaining("NOT_FOUND: no VE 103 on host hn1")
                .hasMessageContaining("101, 102");
        assertThatThrownBy(() -> bans.call(action, "hn1", "0"))
                .hasMessageContaining("INVALID_ARGUMENT: not a CTID: \"0\" (permitted: a number from 1 to");
        bans.nothingWasAskedNorWritten();
    }

    @Test
    void anAgentThatIsAwayIsNotAskedAndNothingIsWrittenDown() {
        bans.agent().disconnect();
        await().atMost(PATIENCE)
                .until(() -> bans.controller()
                                .operator()
                                .getStatus(GetStatusRequest.getDefaultInstance())
                                .getHostsConnected()
                        == 0);
        for (BanAction action : List.of(BanAction.BAN_ACTION_LIST, ADD, REMOVE)) {
            assertThatThrownBy(() -> bans.call(action, "hn1", "101"))
                    .hasMessageContaining("UNAVAILABLE: host hn1 is not connected; last seen ");
        }
        bans.nothingWasAskedNorWritten();
    }

    @Test
    void nobodyButAnOperatorListsOrChangesBans() {
        Client agent = bans.agent().client();
        for (ManagedChannel channel : List.of(
                agent.channel(bans.controller().port()),
                agent.anonymousChannel(bans.controller().port()))) {
            assertThatThrownBy(
                            () -> Client.operator(channel).changeBan(BanScene.request("hn1", "101", ADD, "192.0.2.7")))
                    .hasMessageContaining("vzguard.v1.Operator/ChangeBan")
                    .hasMessageContaining("role operator");
            assertThatThrownBy(() -> Client.operator(channel)
                            .listBans(
                                    ListBansRequest.newBuilder().setHost("hn1").build()))
                    .hasMessageContaining("vzguard.v1.Operator/ListBans")
                    .hasMessageContaining("role operator");
            channel.shutdownNow();
        }
        bans.nothingWasAskedNorWritten();
    }
}
