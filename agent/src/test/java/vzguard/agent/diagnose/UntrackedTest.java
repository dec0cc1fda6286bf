package vzguard.agent.diagnose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which rules of table raw take an SSH port out of connection tracking; as iptables 1.4.21 and 1.8.9 print them. */
class UntrackedTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "-A PREROUTING -j NOTRACK",
                "-A PREROUTING -j CT --notrack",
                "-A PREROUTING -p tcp -m tcp --dport 22 -j CT --notrack",
                "-A PREROUTING -i eth0 -p tcp -m tcp --dport 20:25 -j NOTRACK",
                "-A PREROUTING -p tcp -m multiport --dports 80,22,443 -j CT --notrack",
                "-A PREROUTING -p tcp -m multiport --ports 20:23 -j CT --notrack",
                "-A PREROUTING -p tcp -m tcp ! --dport 80 -j CT --notrack",
            })
    void theseDo(String rule) {
        assertThat(Untracked.rules("*raw\n:PREROUTING ACCEPT [0:0]\n" + rule + "\nCOMMIT\n", List.of(22)))
                .containsExactly(rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-A OUTPUT -p tcp -m tcp --sport 22 -j CT --notrack",
                "-A PREROUTING -p udp -m udp --dport 53 -j CT --notrack",
                "-A PREROUTING -p tcp -m tcp --dport 80 -j CT --notrack",
                "-A PREROUTING -p tcp -m tcp ! --dport 22 -j CT --notrack",
                "-A PREROUTING -p tcp -m tcp --sport 22 -j CT --notrack",
                "-A PREROUTING -p tcp -m tcp --dport 22 -j CT --helper ftp",
                "-A PREROUTING -p tcp -m tcp --dport 22 -j ACCEPT",
                "-A PREROUTING -p tcp -m tcp --dport 99999999999:22x -j NOTRACK",
            })
    void theseDoNot(String rule) {
        assertThat(Untracked.rules("*raw\n" + rule + "\nCOMMIT\n", List.of(22))).isEmpty();
    }
}
