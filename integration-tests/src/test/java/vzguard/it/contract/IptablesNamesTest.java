package vzguard.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.model.IptablesName;

/** Which names vzctl 4.11.1 takes for {@code --iptables}. */
class IptablesNamesTest {
    @ParameterizedTest
    @EnumSource(IptablesName.class)
    void takesEveryNameOfItsTableAndAddsWhatItImplies(IptablesName name) {
        try (SimulatedTranscriptFloor floor = new SimulatedTranscriptFloor()) {
            CommandResult result = floor.shell("vzctl set 105 --iptables " + name.text() + " --save");
            assertThat(result.exit()).isZero();
            String list = floor.shell("grep ^IPTABLES /etc/vz/conf/105.conf").out();
            assertThat(list)
                    .startsWith("IPTABLES=\"ip_tables ")
                    .contains(name.text() + " ")
                    .endsWith(" \"\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"xt_recent", "xt_state", "nf_conntrack", "ipt_mac", "xt_owner", "ipt_hashlimit", "ip6_tables"})
    void refusesNamesThatKernelsHaveAndVzctlDoesNot(String name) {
        try (SimulatedTranscriptFloor floor = new SimulatedTranscriptFloor()) {
            CommandResult result = floor.shell("vzctl set 105 --iptables " + name + " --save");
            assertThat(result.exit()).isEqualTo(21);
            assertThat(floor.shell("grep -c ^IPTABLES /etc/vz/conf/105.conf").out())
                    .isEqualTo("0\n");
        }
    }
}
