package vzguard.cli.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vzguard.cli.Bans;
import vzguard.cli.Fixtures;
import vzguard.v1.Ban;
import vzguard.v1.BanList;
import vzguard.v1.BanOrigin;
import vzguard.v1.BanState;
import vzguard.v1.ChangeBanReply;
import vzguard.v1.Outcome;

class BanTextTest {
    private static final Screen NARROW = new Screen(Format.TABLE, false, Fixtures.NOW);

    @ParameterizedTest
    @CsvSource({
        "-3,0s",
        "0,0s",
        "59,59s",
        "60,1m 0s",
        "725,12m 5s",
        "3599,59m 59s",
        "3600,1h 0m",
        "86399,23h 59m",
        "86400,1d 0h",
        "604800,7d 0h"
    })
    void whatIsLeftHasTwoUnits(long seconds, String left) {
        assertThat(BanText.left(Duration.ofSeconds(seconds))).isEqualTo(left);
    }

    @Test
    void bansSortIpv4FirstThenAsNumbersAndWhatIsNoAddressLast() {
        BanState state = state(
                "not an address",
                "2001:db8:10::/64",
                "10.0.0.1",
                "2001:db8:9::/64",
                "9.0.0.10",
                "9.0.0.9",
                "100.0.0.1");
        assertThat(BanText.sorted(state).getBansList())
                .extracting(Ban::getAddress)
                .containsExactly(
                        "9.0.0.9",
                        "9.0.0.10",
                        "10.0.0.1",
                        "100.0.0.1",
                        "2001:db8:9::/64",
                        "2001:db8:10::/64",
                        "not an address");
        assertThat(BanText.sorted(Bans.state()).getListsList())
                .isEqualTo(Bans.state().getListsList());
    }

    @Test
    void whatHasNoEndIsUntilRemovedOnlyWhenTheOperatorBannedIt() {
        BanState state = BanState.newBuilder()
                .addBans(Bans.ban("192.0.2.1", BanOrigin.BAN_ORIGIN_OPERATOR, "D", 0))
                .addBans(Bans.ban("192.0.2.2", BanOrigin.BAN_ORIGIN_GUARD, "S", 0))
                .addBans(Bans.ban("192.0.2.3", BanOrigin.BAN_ORIGIN_GUARD, "S", 725))
                .addBans(Bans.ban("192.0.2.4", BanOrigin.BAN_ORIGIN_UNSPECIFIED, "", 0))
                .build();
        assertThat(BanText.state("hn1", state, NARROW)).isEqualTo("""
                        ADDRESS    BY        LIST  LEFT
                        192.0.2.1  operator  D     until removed
                        192.0.2.2  guard     S     -
                        192.0.2.3  guard     S     12m 5s
                        192.0.2.4  ?         -     -
                        """);
    }

    @Test
    void aFullListStandsOut() {
        BanState state = BanState.newBuilder()
                .addLists(BanList.newBuilder().setName("A").setUsed(99).setCapacity(100))
                .addLists(BanList.newBuilder().setName("B").setUsed(100).setCapacity(100))
                .addLists(BanList.newBuilder().setName("C").setUsed(7))
                .build();
        assertThat(BanText.state("hn1", state, new Screen(Format.TABLE, true, Fixtures.NOW)))
                .isEqualTo("hn1: no address is banned\nA 99 of 100\n\u001b[33mB 100 of 100\u001b[0m\n"
                        + "C 7 (how many fit is not known)\n");
    }

    @Test
    void whatAnAgentPrintsCannotSteerTheTerminal() {
        String steering = "\u001b[2J\n";
        BanState state = BanState.newBuilder()
                .addBans(Bans.ban(steering, BanOrigin.BAN_ORIGIN_GUARD, steering, 1))
                .addLists(BanList.newBuilder().setName(steering).setUsed(1).setCapacity(2))
                .build();
        assertThat(BanText.state("hn1", state, NARROW)).doesNotContain("\u001b").hasLineCount(3);
        assertThat(BanText.change(
                        "hn1",
                        ChangeBanReply.newBuilder()
                                .setSummary("banned" + steering)
                                .build()))
                .isEqualTo("hn1: banned?[2J?");
    }

    @Test
    void aChangeIsTheAgentsSentenceAndNeverNothing() {
        assertThat(List.of(
                        change(Outcome.OUTCOME_DONE, "2 addresses are banned"),
                        change(Outcome.OUTCOME_DONE, ""),
                        change(Outcome.OUTCOME_NO_OP, "")))
                .containsExactly("hn1/101: 2 addresses are banned", "hn1/101: done", "hn1/101: it was so already");
    }

    private static String change(Outcome outcome, String summary) {
        return BanText.change(
                "hn1/101",
                ChangeBanReply.newBuilder()
                        .setOutcome(outcome)
                        .setSummary(summary)
                        .build());
    }

    private static BanState state(String... addresses) {
        BanState.Builder state = BanState.newBuilder();
        for (String address : addresses) {
            state.addBans(Bans.ban(address, BanOrigin.BAN_ORIGIN_GUARD, "SSH", 0));
        }
        return state.build();
    }
}
