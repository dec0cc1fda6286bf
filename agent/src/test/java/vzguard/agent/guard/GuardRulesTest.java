package vzguard.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.boot.BootSeen;
import vzguard.agent.model.Family;
import vzguard.agent.model.Kept;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.policy.SshGuard;

/** Rules by meaning, with the wordings that iptables 1.4.2 to 1.8.9 print. */
class GuardRulesTest {
    private static final SshGuard SETTINGS = new SshGuard(
            Set.of(SshGuard.Placement.VE),
            SshGuard.Rule.FIELD_REPORT,
            List.of(22),
            Duration.ofSeconds(60),
            3,
            "SSH",
            SshGuard.Action.DROP,
            List.of("192.0.2.0/24", "2001:db8::/32"),
            true,
            Duration.ZERO,
            Optional.empty());

    private static final SshGuard BANS = new SshGuard(
            Set.of(SshGuard.Placement.VE),
            SshGuard.Rule.FIXED_BAN,
            List.of(22),
            Duration.ofSeconds(60),
            3,
            "SSH",
            SshGuard.Action.DROP,
            List.of(),
            true,
            Duration.ofMinutes(10),
            Optional.of(new SshGuard.Escalation(3, Duration.ofHours(2), Duration.ofHours(24))));

    /** Each insertion goes to the head: the last jump of the file is the first in the kernel. */
    @Test
    void whatIsStoredForSeveralPortsReadsAsWhatWasWanted() {
        SshGuard ports = new SshGuard(
                SETTINGS.placement(),
                SETTINGS.rule(),
                List.of(22, 2222, 8022),
                SETTINGS.window(),
                SETTINGS.hits(),
                SETTINGS.list(),
                SETTINGS.action(),
                SETTINGS.allow(),
                SETTINGS.ipv6(),
                SETTINGS.ban(),
                SETTINGS.escalation());
        OwnRules wanted = GuardRules.wanted(ports, Family.V4, List.of());
        String file = GuardRules.fileText(wanted, Kept.NOTHING, BootLayout.DEBIAN, Chains.INPUT);
        assertThat(StoredGuard.read(Place.HOST, Optional.of(file), BootSeen.complete(BootLayout.DEBIAN))
                        .rules())
                .contains(wanted);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j VZG|-p 6 --dport ssh --syn -j VZG",
                "-p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j VZG|-p tcp -m tcp --tcp-flags SYN,RST,ACK,FIN SYN --dport 22 -j VZG ",
                "-m recent --set --name SSH --mask 255.255.255.255 --rsource|[12:720] -m recent --set --name SSH",
                "-m recent --update --seconds 60 --hitcount 3 --name SSH -j DROP|-m recent --name SSH --hitcount 3 --update --rsource --seconds 60 -j DROP",
                "-s 192.0.2.0/24 -j RETURN|-s 192.0.2.0/255.255.255.0 -j RETURN",
                "-s 198.19.255.254/32 -j RETURN|--source 198.19.255.254 --jump RETURN",
                "-s 2001:db8::/32 -j RETURN|-s 2001:0db8::/32 -j RETURN"
            })
    void rulesOfEqualMeaningHaveOneForm(String one, String other) {
        assertThat(RuleText.canonical(one)).isEqualTo(RuleText.canonical(other));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-p tcp -m tcp --dport 22 -j VZG|-p tcp -m tcp --dport 23 -j VZG",
                "-p tcp -m tcp --dport 22 -j VZG|-p tcp -j VZG",
                "-s 192.0.2.0/24 -j RETURN|! -s 192.0.2.0/24 -j RETURN",
                "-m recent --set --name SSH|-m recent --set --name SSH --mask 255.255.255.0",
                "-m recent --update --seconds 60 --hitcount 3 --name SSH -j DROP|-m recent --update --seconds 60 --hitcount 3 --rttl --name SSH -j DROP",
                "-m recent --update --name SSH -j DROP|-m recent --rcheck --name SSH -j DROP",
                "-i lo -j RETURN|-o lo -j RETURN"
            })
    void rulesOfOtherMeaningDiffer(String one, String other) {
        assertThat(RuleText.canonical(one)).isNotEqualTo(RuleText.canonical(other));
    }

    @Test
    void theGuardOfEachFamilyIsAsPublishedWithoutRttl() {
        assertThat(GuardRules.wanted(SETTINGS, Family.V4, List.of()).chain())
                .containsExactly(
                        "-i lo -j RETURN",
                        "-s 192.0.2.0/24 -j RETURN",
                        "-s 198.19.255.254 -j RETURN",
                        "-m recent --rcheck --name SSH-DENY -j DROP",
                        "-m recent --set --name SSH",
                        "-m recent --update --seconds 60 --hitcount 3 --name SSH -j DROP");
        assertThat(GuardRules.wanted(SETTINGS, Family.V6, List.of()).chain())
                .contains("-s 2001:db8::/32 -j RETURN", "-m recent --set --name SSH6 --mask ffff:ffff:ffff:ffff::")
                .noneMatch(rule -> rule.contains("192.0.2"));
    }

    @Test
    void aBanOfFixedLengthBeginsInAChainOfItsOwnAndIsLongerForThoseWhoComeBack() {
        OwnRules wanted = GuardRules.wanted(BANS, Family.V4, List.of());
        assertThat(wanted.chain())
                .endsWith(
                        "-m recent --rcheck --seconds 86400 --name SSH-LONG -j DROP",
                        "-m recent --rcheck --seconds 600 --name SSH-BAN -j DROP",
                        "-m recent --set --name SSH",
                        "-m recent --rcheck --seconds 60 --hitcount 3 --name SSH -j VZG-BAN");
        assertThat(wanted.ban().orElseThrow())
                .containsExactly(
                        "-m recent --set --name SSH-BAN",
                        "-m recent --rcheck --seconds 7200 --hitcount 3 --name SSH-BAN -m recent --set --name SSH-LONG",
                        "-j DROP");
        assertThat(GuardRules.lists(BANS, Family.V6, Chains.INPUT))
                .containsExactly("SSH6", "SSH6-DENY", "SSH6-BAN", "SSH6-LONG");
    }

    @Test
    void aRejectionIsAResetAndSaysTcpItself() {
        OwnRules wanted = GuardRules.wanted(rejecting(BANS), Family.V6, List.of());
        assertThat(wanted.chain())
                .contains("-p tcp -m recent --rcheck --name SSH6-DENY --mask ffff:ffff:ffff:ffff:: -j REJECT"
                        + " --reject-with tcp-reset")
                .noneMatch(rule -> rule.endsWith("DROP"));
        assertThat(wanted.ban().orElseThrow()).endsWith("-p tcp -j REJECT --reject-with tcp-reset");
    }

    @Test
    void theFailsafeAddressesOfTheHostComeFirstAndOfEachFamilyOnly() {
        assertThat(GuardRules.wanted(SETTINGS, Family.V4, List.of("203.0.113.7", "192.0.2.0/24", "2001:db8::/32"))
                        .chain())
                .startsWith(
                        "-i lo -j RETURN",
                        "-s 203.0.113.7 -j RETURN",
                        "-s 192.0.2.0/24 -j RETURN",
                        "-s 198.19.255.254 -j RETURN");
    }

    @Test
    void whatIsWrittenIsReadBackEqualAlsoOverAnotherGuard() {
        List<SshGuard> all = List.of(SETTINGS, BANS, rejecting(SETTINGS), rejecting(BANS));
        for (Family family : Family.values()) {
            for (SshGuard settings : all) {
                OwnRules wanted = GuardRules.wanted(settings, family, List.of());
                assertThat(SavedFilter.parse(GuardRules.fileText(wanted, Kept.NOTHING, BootLayout.DEBIAN, Chains.INPUT))
                                .own())
                        .isEqualTo(wanted);
                for (SshGuard before : all) {
                    SavedFilter now = SavedFilter.parse(GuardRules.fileText(
                            GuardRules.wanted(before, family, List.of()),
                            Kept.NOTHING,
                            BootLayout.DEBIAN,
                            Chains.INPUT));
                    String text = GuardRules.restoreText(wanted, now, Chains.INPUT);
                    // The chain goes only when nothing refers to it any more.
                    assertThat(text.contains("-X VZG-BAN"))
                            .isEqualTo(
                                    now.own().ban().isPresent() && wanted.ban().isEmpty());
                    assertThat(text).doesNotContain("INPUT");
                }
            }
        }
    }

    private static SshGuard rejecting(SshGuard settings) {
        return new SshGuard(
                settings.placement(),
                settings.rule(),
                settings.ports(),
                settings.window(),
                settings.hits(),
                settings.list(),
                SshGuard.Action.REJECT,
                settings.allow(),
                settings.ipv6(),
                settings.ban(),
                settings.escalation());
    }

    @Test
    void theGuardIsWrittenInCanonicalForm() {
        for (Family family : Family.values()) {
            for (SshGuard settings : List.of(SETTINGS, BANS, rejecting(SETTINGS), rejecting(BANS))) {
                OwnRules wanted = GuardRules.wanted(settings, family, List.of());
                assertThat(wanted.chain())
                        .allMatch(rule -> RuleText.canonical(rule).equals(rule));
                assertThat(wanted.ban().orElse(List.of()))
                        .allMatch(rule -> RuleText.canonical(rule).equals(rule));
                assertThat(wanted.jumps())
                        .allMatch(rule -> RuleText.canonical(rule).equals(rule));
            }
        }
    }

    @Test
    void whatIptablesSavePrintsOfTheGuardIsTheGuard() {
        // As iptables-save v1.8.9 (legacy) prints it.
        String printed = """
                # Generated by iptables-save v1.8.9 on Sun Nov 22 10:27:34 2026
                *filter
                :INPUT ACCEPT [10:600]
                :FORWARD ACCEPT [0:0]
                :OUTPUT ACCEPT [0:0]
                :VZG - [0:0]
                -A INPUT -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j VZG
                -A INPUT -s 203.0.113.9/32 -j DROP
                -A VZG -i lo -j RETURN
                -A VZG -s 192.0.2.0/24 -j RETURN
                -A VZG -s 198.19.255.254/32 -j RETURN
                -A VZG -m recent --rcheck --name SSH-DENY --mask 255.255.255.255 --rsource -j DROP
                -A VZG -m recent --set --name SSH --mask 255.255.255.255 --rsource
                -A VZG -m recent --update --seconds 60 --hitcount 3 --name SSH --mask 255.255.255.255 --rsource -j DROP
                COMMIT
                """;
        SavedFilter seen = SavedFilter.parse(printed);
        OwnRules wanted = GuardRules.wanted(SETTINGS, Family.V4, List.of());
        assertThat(seen.own()).isEqualTo(wanted);
        assertThat(seen.foreign()).containsExactly("INPUT -s 203.0.113.9 -j DROP");
        assertThat(GuardRules.restoreText(wanted, seen, Chains.INPUT)).doesNotContain("INPUT");
    }

    @Test
    void aJumpBehindAForeignRuleIsMovedToTheFrontByTheWordsInWhichItWasPrinted() {
        SavedFilter seen = SavedFilter.parse("""
                *filter
                :INPUT ACCEPT [0:0]
                :VZG - [0:0]
                -A INPUT -p tcp -j ACCEPT
                -A INPUT -p tcp -m tcp --dport 22 --tcp-flags SYN,RST,ACK,FIN SYN -j VZG
                COMMIT
                """);
        assertThat(seen.own().jumpsFirst()).isFalse();
        assertThat(GuardRules.restoreText(GuardRules.wanted(SETTINGS, Family.V4, List.of()), seen, Chains.INPUT))
                .contains("-D INPUT -p tcp -m tcp --dport 22 --tcp-flags SYN,RST,ACK,FIN SYN -j VZG\n")
                .contains("-I INPUT 1 -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j VZG\n")
                .doesNotContain("ACCEPT");
    }

    @Test
    void theStoredFileBringsTheGuardAndNothingElse() {
        OwnRules wanted = GuardRules.wanted(SETTINGS, Family.V6, List.of());
        assertThat(SavedFilter.parse(GuardRules.fileText(wanted, Kept.NOTHING, BootLayout.DEBIAN, Chains.INPUT))
                        .own())
                .isEqualTo(wanted);
        assertThat(SavedFilter.parse(GuardRules.fileText(wanted, Kept.NOTHING, BootLayout.DEBIAN, Chains.INPUT))
                        .foreign())
                .isEmpty();
    }

    @Test
    void whereThereIsNoGuardNothingIsRemoved() {
        assertThat(GuardRules.removeText(
                        SavedFilter.parse("*filter\n:INPUT ACCEPT [0:0]\nCOMMIT\n"), List.of(), Chains.INPUT))
                .isEmpty();
    }
}
