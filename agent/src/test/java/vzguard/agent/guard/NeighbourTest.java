package vzguard.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who stands before the guard, as far as a rule tells. */
class NeighbourTest {
    private static final String JUMP = "-A INPUT -p tcp -m tcp --dport 22 --tcp-flags FIN,SYN,RST,ACK SYN -j VZG\n";

    private static String before(String rules) {
        return SavedFilter.parse("*filter\n:INPUT ACCEPT [0:0]\n:VZG - [0:0]\n" + rules + "COMMIT\n")
                .before(Chains.INPUT);
    }

    @ParameterizedTest
    @CsvSource({
        "-p tcp -m multiport --dports 22 -j f2b-sshd, fail2ban",
        "-j ufw-before-logging-input, ufw",
        "-j ufw6-before-input, ufw",
        "-j DOCKER-USER, Docker",
        "-j INPUT_ZONES, firewalld",
        "! -i lo -j LOCALINPUT, CSF",
    })
    void theFirstIsNamedWithWhoseItIs(String rule, String name) {
        assertThat(before("-A INPUT " + rule + "\n-A INPUT -j ACCEPT\n" + JUMP)).isEqualTo(rule + " (" + name + ")");
    }

    @Test
    void whoseItIsIsNotGuessed() {
        assertThat(before("-A INPUT -s 10.0.0.0/8 -j ACCEPT\n" + JUMP)).isEqualTo("-s 10.0.0.0/8 -j ACCEPT");
    }

    @Test
    void whatStandsBehindItOrWithoutItIsNobodys() {
        assertThat(before(JUMP + "-A INPUT -j f2b-sshd\n")).isEmpty();
        assertThat(before("-A INPUT -j f2b-sshd\n")).isEmpty();
    }
}
