package vzguard.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.cli.Bans;
import vzguard.cli.Call;
import vzguard.cli.ScriptedController;
import vzguard.v1.BanAction;
import vzguard.v1.ChangeBanReply;
import vzguard.v1.ChangeBanRequest;
import vzguard.v1.ListBansReply;
import vzguard.v1.ListBansRequest;
import vzguard.v1.Outcome;

class BansCommandTest {
    @TempDir
    Path config = Path.of("");

    private final ScriptedController controller = new ScriptedController();

    @Test
    void theListIsSortedAndSaysHowFullTheKernelsListsAre() {
        controller.answers(
                "ListBans", ListBansReply.newBuilder().setState(Bans.state()).build());
        Call.Result result = run("bans", "list", "hn1/101");
        assertThat(result.exitCode()).isZero();
        assertThat(result.out().lines().map(line -> line.split(" ")[0]))
                .containsExactly(
                        "ADDRESS",
                        "192.0.2.9",
                        "192.0.2.10",
                        "192.0.2.10",
                        "2001:db8:9::/64",
                        "2001:db8:10::/64",
                        "2001:db8:ffff:ffff::/64",
                        "SSH",
                        "SSH-DENY",
                        "SSH6");
        assertThat(result.err()).isEmpty();
        assertThat(controller.request())
                .isEqualTo(ListBansRequest.newBuilder()
                        .setHost("hn1")
                        .setCtid("101")
                        .build());
    }

    @Test
    void anEmptyListSaysSo() {
        controller.answers(
                "ListBans", ListBansReply.newBuilder().setState(Bans.none()).build());
        assertThat(run("bans", "list", "hn1").out()).isEqualTo("hn1: no address is banned\nSSH-DENY 0 of 100\n");
        assertThat(controller.request())
                .isEqualTo(ListBansRequest.newBuilder().setHost("hn1").build());
    }

    @Test
    void programsGetTheWholeStateInTheSameOrder() {
        controller
                .answers(
                        "ListBans",
                        ListBansReply.newBuilder().setState(Bans.state()).build())
                .answers(
                        "ChangeBan",
                        ChangeBanReply.newBuilder()
                                .setOutcome(Outcome.OUTCOME_DONE)
                                .setSummary("banned")
                                .setState(Bans.state())
                                .build());
        String list = run("bans", "list", "hn1", "-o", "json").out();
        assertThat(list).startsWith("{\n  \"state\": {\n    \"bans\": [").contains("\"remaining\": \"725s\"");
        assertThat(list.indexOf("192.0.2.9")).isLessThan(list.indexOf("192.0.2.10"));
        assertThat(run("bans", "add", "hn1", "192.0.2.7", "-o", "json").out())
                .startsWith("{\n  \"outcome\": \"OUTCOME_DONE\",\n  \"summary\": \"banned\",\n  \"state\": {");
        assertThat(run("bans", "list", "hn1", "-o", "yaml").out()).startsWith("state:\n  bans:\n");
    }

    @Test
    void severalAddressesAreOneCallAndTheAgentsSentenceIsTheAnswer() {
        controller
                .answers("ChangeBan", reply(Outcome.OUTCOME_DONE, "2 addresses are banned"))
                .answers("ChangeBan", reply(Outcome.OUTCOME_NO_OP, "192.0.2.7 was not banned"));
        Call.Result added = run("bans", "add", "hn1/101", "192.0.2.7", "2001:DB8::7");
        assertThat(added.exitCode()).isZero();
        assertThat(added.out()).isEqualTo("hn1/101: 2 addresses are banned\n");
        assertThat(added.err()).isEmpty();
        Call.Result removed = run("bans", "remove", "hn1", "192.0.2.7");
        assertThat(removed.exitCode()).isZero();
        assertThat(removed.out()).isEqualTo("hn1: 192.0.2.7 was not banned\n");
        assertThat(controller.requests())
                .containsExactly(
                        ChangeBanRequest.newBuilder()
                                .setHost("hn1")
                                .setCtid("101")
                                .setAction(BanAction.BAN_ACTION_ADD)
                                .addAllAddresses(List.of("192.0.2.7", "2001:DB8::7"))
                                .build(),
                        ChangeBanRequest.newBuilder()
                                .setHost("hn1")
                                .setAction(BanAction.BAN_ACTION_REMOVE)
                                .addAddresses("192.0.2.7")
                                .build());
    }

    @Test
    void anOutcomeThatIsNoSuccessExitsWithOne() {
        controller.answers("ChangeBan", reply(Outcome.OUTCOME_FAILED, "the list is full"));
        assertThat(run("bans", "add", "hn1", "192.0.2.7").exitCode()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "ABORTED, 1, vzguard: failed: hn1",
        "INVALID_ARGUMENT, 2, vzguard: hn1",
        "NOT_FOUND, 2, vzguard: hn1",
        "FAILED_PRECONDITION, 4, vzguard: refused: hn1",
        "PERMISSION_DENIED, 4, vzguard: refused: hn1",
        "UNAVAILABLE, 5, vzguard: unreachable: hn1"
    })
    void everyErrorHasItsExitCodeAndWords(Status.Code code, int exitCode, String said) {
        Status status = code.toStatus().withDescription("hn1\nLIST_FULL: it holds 100");
        controller.refuses("ListBans", status).refuses("ChangeBan", status);
        for (String line : List.of("bans list hn1", "bans add hn1 192.0.2.7", "bans remove hn1 192.0.2.7")) {
            Call.Result result = run(line.split(" "));
            assertThat(result.exitCode()).as(line).isEqualTo(exitCode);
            assertThat(result.err()).as(line).isEqualTo(said + "\nLIST_FULL: it holds 100\n");
            assertThat(result.out()).as(line).isEmpty();
        }
    }

    /** A resolver would know localhost; the names under .invalid it would ask for. */
    @ParameterizedTest
    @ValueSource(
            strings = {"localhost", "ssh.example.invalid", "192.0.2.7x", "192.0.2.0/24", "127.0.0.1", "::1", "ff02::1"})
    void whatIsNoAddressIsBadInputAndNobodyIsAsked(String address) {
        for (String verb : List.of("add", "remove")) {
            Call.Result result = run("bans", verb, "hn1/101", "192.0.2.7", address);
            assertThat(result.exitCode()).isEqualTo(2);
            assertThat(result.err())
                    .startsWith("vzguard: ADDRESS \"" + address + "\" is ")
                    .contains("(permitted: IPv4 or IPv6 addresses, and IPv6 blocks of /64; no names, and no loopback,"
                            + " unspecified or multicast address)");
        }
        assertThat(controller.requests()).isEmpty();
    }

    @Test
    void allFaultsAreToldAtOnceAndCannotSteerTheTerminal() {
        Call.Result result = run("bans", "add", "hn1", "one", "192.0.2.7", "two\u001b[2J");
        assertThat(result.err().lines().map(line -> line.replaceFirst(" is no address .*", "")))
                .containsExactly("vzguard: ADDRESS \"one\"", "ADDRESS \"two?[2J\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bans add hn1",
                "bans remove hn1/101",
                "bans add",
                "bans list",
                "bans list hn1/0",
                "bans list /101"
            })
    void aGuardAndAnAddressMustBeNamed(String line) {
        assertThat(run(line.split(" ")).exitCode()).isEqualTo(2);
        assertThat(controller.requests()).isEmpty();
    }

    private static ChangeBanReply reply(Outcome outcome, String summary) {
        return ChangeBanReply.newBuilder()
                .setOutcome(outcome)
                .setSummary(summary)
                .build();
    }

    private Call.Result run(String... arguments) {
        return Call.to(config, controller).run(arguments);
    }
}
