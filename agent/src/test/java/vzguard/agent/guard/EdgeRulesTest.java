package vzguard.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.boot.BootSeen;
import vzguard.agent.model.Family;
import vzguard.agent.model.Kept;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.policy.SshGuard;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.Ctid;

/** Guards at the edges of VEs, all of which stand in the host's FORWARD: each is told from the others and from strangers. */
class EdgeRulesTest {
    private static final Ctid CTID = new Ctid("101");
    private static final Chains CHAINS = Chains.of(Place.edge(CTID));
    private static final SshGuard SETTINGS = new SshGuard(
            Set.of(Placement.EDGE),
            SshGuard.Rule.FIXED_BAN,
            List.of(22, 2222),
            Duration.ofSeconds(60),
            3,
            "SSH",
            SshGuard.Action.DROP,
            List.of("192.0.2.0/24"),
            true,
            Duration.ofMinutes(10),
            Optional.empty());
    private static final OwnRules WANTED =
            GuardRules.wantedAtEdge(SETTINGS, Family.V4, List.of(), CTID, List.of("10.1.0.1", "10.1.0.2"));

    /** As iptables-save of 1.8.9 prints it. */
    private static final String PRINTED = """
            *filter
            :INPUT ACCEPT [0:0]
            :FORWARD ACCEPT [0:0]
            :OUTPUT ACCEPT [0:0]
            :VZG - [0:0]
            :VZG-E101 - [0:0]
            :VZG-E101-BAN - [0:0]
            :VZG-E102 - [0:0]
            -A INPUT -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j VZG
            -A FORWARD -d 10.1.0.9/32 -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j VZG-E102
            -A FORWARD -d 10.1.0.1/32 -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j VZG-E101
            -A FORWARD -d 10.1.0.1/32 -p tcp -m tcp --dport 2222 --tcp-flags FIN,SYN,RST,ACK SYN -j VZG-E101
            -A FORWARD -d 10.1.0.2/32 -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j VZG-E101
            -A FORWARD -d 10.1.0.2/32 -p tcp -m tcp --dport 2222 --tcp-flags FIN,SYN,RST,ACK SYN -j VZG-E101
            -A FORWARD -j DOCKER-USER
            -A VZG -i lo -j RETURN
            -A VZG-E101 -s 192.0.2.0/24 -j RETURN
            -A VZG-E101 -s 198.19.255.254/32 -j RETURN
            -A VZG-E101 -m recent --rcheck --name ve101.SSH-DENY --mask 255.255.255.255 --rsource -j DROP
            -A VZG-E101 -m recent --rcheck --seconds 600 --name ve101.SSH-BAN --mask 255.255.255.255 --rsource -j DROP
            -A VZG-E101 -m recent --set --name ve101.SSH --mask 255.255.255.255 --rsource
            -A VZG-E101 -m recent --rcheck --seconds 60 --hitcount 3 --name ve101.SSH --mask 255.255.255.255 --rsource -j VZG-E101-BAN
            -A VZG-E101-BAN -m recent --set --name ve101.SSH-BAN --mask 255.255.255.255 --rsource
            -A VZG-E101-BAN -j DROP
            COMMIT
            """;

    @Test
    void whatIptablesPrintsIsWhatWasWanted() {
        SavedFilter seen = SavedFilter.parse(PRINTED);
        assertThat(seen.own(CHAINS)).isEqualTo(WANTED);
        assertThat(seen.foreign()).containsExactly("FORWARD -j DOCKER-USER");
        assertThat(seen.counting()).isEmpty();
        assertThat(Chains.edges(seen)).containsExactly(new Ctid("101"), new Ctid("102"));
        assertThat(seen.own().jumps()).as("the host's own guard").hasSize(1);
    }

    @Test
    void aStrangersRuleStandsOnlyBeforeThoseBehindIt() {
        String stranger = "-A FORWARD -p tcp -m tcp --dport 22 -j ACCEPT\n";
        SavedFilter between = SavedFilter.parse(
                PRINTED.replace("-A FORWARD -d 10.1.0.1/32 -p tcp -m tcp --dport 22 ", stranger + "$0")
                        .replace("$0", "-A FORWARD -d 10.1.0.1/32 -p tcp -m tcp --dport 22 "));
        assertThat(between.own(CHAINS).jumpsFirst()).isFalse();
        assertThat(between.own(Chains.of(Place.edge(new Ctid("102")))).jumpsFirst())
                .isTrue();
        assertThat(GuardRules.restoreText(WANTED, between, CHAINS))
                .contains("-I FORWARD 1 -d 10.1.0.1 -p tcp")
                .doesNotContain("VZG-E102", "INPUT");
    }

    @Test
    void theAddressesAreFollowedWithoutTouchingTheRestOfTheChain() {
        OwnRules moved = GuardRules.wantedAtEdge(SETTINGS, Family.V4, List.of(), CTID, List.of("10.1.0.7"));
        String text = GuardRules.restoreText(moved, SavedFilter.parse(PRINTED), CHAINS);
        assertThat(text)
                .contains("-D FORWARD -d 10.1.0.1/32 ", "-D FORWARD -d 10.1.0.2/32 ", "-I FORWARD 1 -d 10.1.0.7 ")
                .doesNotContain("10.1.0.9", "INPUT");
        assertThat(moved.chain()).isEqualTo(WANTED.chain());
    }

    @Test
    void itGoesAndLeavesTheOthers() {
        String text = GuardRules.removeText(SavedFilter.parse(PRINTED), List.of(), CHAINS);
        assertThat(text).contains("-X VZG-E101\n", "-X VZG-E101-BAN\n").doesNotContain("VZG-E102", "INPUT", "VZG -");
        assertThat(text.lines().filter(line -> line.startsWith("-D FORWARD"))).hasSize(4);
    }

    @Test
    void itsFileBringsItBack() {
        for (Family family : Family.values()) {
            List<String> addresses = List.of(family == Family.V4 ? "10.1.0.1" : "2001:db8::1");
            OwnRules wanted = GuardRules.wantedAtEdge(SETTINGS, family, List.of(), CTID, addresses);
            String file = GuardRules.fileText(wanted, Kept.NOTHING, BootLayout.DEBIAN, CHAINS);
            BootSeen boot = BootSeen.complete(BootLayout.DEBIAN);
            assertThat(StoredGuard.read(Place.edge(CTID), Optional.of(file), boot)
                            .rules())
                    .contains(wanted);
            assertThat(StoredGuard.read(Place.HOST, Optional.of(file), boot)
                            .rules()
                            .orElseThrow()
                            .chainPresent())
                    .isFalse();
        }
    }

    /** 28 characters are the most that a chain's name has (XT_EXTENSION_MAXNAMELEN of kernels before 2.6.36, less its end). */
    @ParameterizedTest
    @ValueSource(strings = {"1", "101", "2147483644", "e0fe2fe5-1d2c-4d41-a5ea-3e6d8b6f7a11"})
    void itsNamesFitAndAreItsOwn(String ctid) {
        Chains chains = Chains.of(Place.edge(new Ctid(ctid)));
        assertThat(chains.ban().length()).isLessThanOrEqualTo(28);
        assertThat(Chains.isOwn(chains.guard()) && Chains.isOwn(chains.ban())).isTrue();
        assertThat(GuardRules.lists(SETTINGS, Family.V6, chains))
                .allMatch(list -> list.startsWith(chains.prefix()))
                .doesNotContainAnyElementsOf(GuardRules.lists(SETTINGS, Family.V6, Chains.INPUT))
                .doesNotContainAnyElementsOf(GuardRules.lists(SETTINGS, Family.V4, chains));
        String file = Place.edge(new Ctid(ctid)).rulesFile(Family.V6);
        assertThat(BootLayout.edgeOf(file.substring(file.lastIndexOf('/') + 1))).contains(new Ctid(ctid));
        assertThat(BootLayout.isRulesPath(file)).isTrue();
    }

    @Test
    void theListsOfAGuardAtTheEdgeAreReadFromItsRules() {
        GuardLists lists = GuardLists.of(SavedFilter.parse(PRINTED).own(CHAINS)).orElseThrow();
        assertThat(lists.names()).containsExactly("ve101.SSH-DENY", "ve101.SSH-BAN", "ve101.SSH");
    }
}
