package vzguard.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.boot.BootSeen;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.Kept;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.model.PublishedRule;
import vzguard.policy.SshGuard;
import vzguard.values.BanAddress;

/** Copies of the published rules: recognised by meaning, taken the place of, put back. */
class PublishedRulesTest {
    private static final String SET = "-p tcp -m tcp --dport 22 -m state --state NEW -m recent --set --name SSH"
            + " --mask 255.255.255.255 --rsource";
    private static final String UPDATE = "-p tcp -m tcp --dport 22 -m state --state NEW -m recent --update --seconds 60"
            + " --hitcount 3 --rttl --name SSH --mask 255.255.255.255 --rsource -j DROP";
    private static final List<BanAddress> BANS = List.of(BanAddress.parse("203.0.113.66"));
    private static final String TABLE = """
            *filter
            :INPUT ACCEPT [0:0]
            -A INPUT -s 203.0.113.9/32 -j DROP
            -A INPUT %s
            -A INPUT %s
            -A INPUT -j ACCEPT
            COMMIT
            """.formatted(SET, UPDATE);

    @ParameterizedTest
    @ValueSource(
            strings = {
                // Typed; 1.4.2 with its blank; 1.4.14 reading 1.8.9's; 1.8.9 legacy and nft; options moved about.
                "-p tcp --dport 22 -m state --state NEW -m recent --set --name SSH",
                "-p tcp -m tcp --dport 22 -m state --state NEW -m recent --set --name SSH --rsource ",
                "-p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m recent --set --name SSH --rsource",
                "-p tcp -m state --state NEW -m tcp --dport 22 -m recent --name SSH --rsource --set",
                "-p 6 -m state --state NEW --dport ssh -m recent --set --name SSH --mask 255.255.255.255 --rsource",
                "[12:720] -p tcp -m tcp --dport 22 -m state --state NEW -m recent --set --name SSH --mask"
                        + " ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource",
                "-p tcp --dport 22 -m state --state NEW -m recent --update --seconds 60 --hitcount 3 --rttl --name SSH -j DROP",
                "-p tcp -m tcp --dport 22 -m conntrack --ctstate NEW -m recent --update --seconds 60 --hitcount 3 --name"
                        + " SSH --rsource -j DROP"
            })
    void everyWordingOfThemIsRecognised(String rule) {
        assertThat(PublishedRules.isOne(rule)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-p tcp --dport 2222 -m state --state NEW -m recent --set --name SSH",
                "-p tcp --dport 22 -m state --state NEW,RELATED -m recent --set --name SSH",
                "-p tcp --dport 22 -m recent --set --name SSH -m state --state NEW",
                "-p tcp --dport 22 -m state --state NEW -m recent --set --name ssh",
                "-p tcp --dport 22 -m state --state NEW -m recent --set --name SSH --rdest",
                "-p tcp --dport 22 -m state --state NEW -m recent --set --name SSH --mask 255.255.255.0",
                "-p tcp --dport 22 -m state --state NEW -m recent --set --name SSH -j ACCEPT",
                "-s 192.0.2.1 -p tcp --dport 22 -m state --state NEW -m recent --set --name SSH",
                "-p tcp --dport 22 -m state --state NEW -m recent --rcheck --seconds 60 --hitcount 3 --name SSH -j DROP",
                "-p tcp --dport 22 -m state --state NEW -m recent --update --seconds 60 --hitcount 4 --name SSH -j DROP",
                "-p tcp --dport 22 -m state --state NEW -m recent --update --seconds 60 --hitcount 3 --name SSH -j REJECT"
            })
    void whatOnlyResemblesThemIsSomeonesOwnRule(String rule) {
        assertThat(PublishedRules.isOne(rule)).isFalse();
    }

    /** One word changed, left out or put in: never adopted, whatever it is. */
    @Test
    void noMutationOfThemIsAdopted() {
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            String rule = random.nextBoolean() ? SET : UPDATE;
            List<String> words = new ArrayList<>(List.of(rule.split(" ")));
            int at = random.nextInt(words.size());
            String before = words.get(at);
            switch (random.nextInt(3)) {
                case 0 -> words.set(at, before + random.nextInt(10));
                case 1 -> words.remove(at);
                default ->
                    words.add(at, List.of("!", "-i eth0", "--rdest", "-j LOG").get(random.nextInt(4)));
            }
            String mutated = String.join(" ", words);
            boolean saysTheSame = before.equals("--rttl") && words.size() < rule.split(" ").length
                    || before.equals("--rsource") && words.size() < rule.split(" ").length;
            assertThat(PublishedRules.isOne(mutated))
                    .as("seed " + seed + ": " + mutated)
                    .isEqualTo(saysTheSame);
        }
    }

    @Test
    void theyAreFoundWhereTheyStandOwnJumpsNotCounted() {
        String guarded = TABLE.replace(
                "-A INPUT -s", ":VZG - [0:0]\n-A INPUT -p tcp -m tcp --dport 22 --syn -j VZG\n-A INPUT -s");
        assertThat(SavedFilter.parse(guarded).own().copies())
                .containsExactly(new PublishedRule(2, SET), new PublishedRule(3, UPDATE))
                .isEqualTo(SavedFilter.parse(TABLE).own().copies());
    }

    @Test
    void whatWasAdoptedIsOnRecordInTheOwnFileAndIsPutBackWhereItStood() {
        List<PublishedRule> copies = SavedFilter.parse(TABLE).own().copies();
        OwnRules wanted = GuardRules.wanted(SshGuard.DEFAULT, Family.V4, List.of());
        String file = GuardRules.fileText(wanted, new Kept(copies, BANS), BootLayout.DEBIAN, Chains.INPUT);
        GuardSeen.Stored stored = StoredGuard.read(Place.HOST, Optional.of(file), BootSeen.complete(BootLayout.DEBIAN));
        assertThat(stored.kept().adopted()).isEqualTo(copies);
        assertThat(stored.rules()).contains(wanted);
        assertThat(stored.kept().bans()).isEqualTo(BANS);
        assertThat(file).contains("#ban SSH-DENY 203.0.113.66\n");

        SavedFilter adopted = SavedFilter.parse(file.replace("COMMIT", "-A INPUT -s 203.0.113.9/32 -j DROP\nCOMMIT"));
        assertThat(GuardRules.removeText(adopted, stored.kept().adopted(), Chains.INPUT))
                .endsWith("-X VZG\n-I INPUT 2 " + SET + "\n-I INPUT 3 " + UPDATE + "\nCOMMIT\n");
    }

    @Test
    void onlyPublishedRulesAreTakenFromAFileThatAVeOwns() {
        String file = "#adopted 1 -j ACCEPT\n#adopted 2 " + SET + "\n#adopted x\n#also -j DROP\n";
        assertThat(StoredGuard.read(Place.HOST, Optional.of(file), BootSeen.bare(BootLayout.DEBIAN))
                        .kept()
                        .adopted())
                .containsExactly(new PublishedRule(2, SET));
    }

    @Test
    void aRuleIsDeletedByTheWordsInWhichItWasTypedOrRestored() {
        assertThat(PublishedRules.wordings(new PublishedRule(1, SET)))
                .startsWith(SET, "-p tcp -m tcp --dport 22 -m state --state NEW -m recent --set --name SSH");
    }

    @Test
    void whatThisIptablesCannotShowIsNotReadAtAll() {
        assertThat(SavedFilter.parse(TABLE).distortion()).isEmpty();
        assertThat(SavedFilter.parse(TABLE.replace("-m recent --set", "-m recent [unsupported revision]"))
                        .distortion())
                .isPresent();
        // 1.8.7 (nft) reads the guard of 1.8.9 so: written back, it would guard every port.
        assertThat(SavedFilter.parse("*filter\n:VZG - [0:0]\n-A INPUT -p tcp -m tcp -j VZG\nCOMMIT\n")
                        .distortion())
                .isPresent();
    }
}
