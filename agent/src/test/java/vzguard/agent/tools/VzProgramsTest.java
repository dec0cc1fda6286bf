package vzguard.agent.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import vzguard.agent.dialect.KernelNames;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.model.VeState;
import vzguard.values.Ctid;

/** What vzctl and vzlist print, in the wordings of their versions. */
class VzProgramsTest {
    @ParameterizedTest
    @CsvSource({
        "CTID 105 exist mounted running,true,true,true,false",
        "VEID 101 exist mounted running,true,true,true,false",
        "CTID 999 deleted unmounted down,false,false,false,false",
        "CTID 105 exist unmounted down suspended,true,false,false,true",
        "VEID 4c8e2d2a-9d0f-4e6a-8f57-2f6f6f3c1d11 exist mounted suspended,true,true,false,true"
    })
    void aStatusIsReadInBothWordings(String line, boolean exists, boolean mounted, boolean running, boolean suspended) {
        assertThat(Vzctl.Status.parse("Directory /proc/vz not found, assuming non-OpenVZ kernel\n" + line + "\n"))
                .contains(new Vzctl.Status(exists, mounted, running, suspended));
    }

    @Test
    void whatIsNoStatusIsNone() {
        assertThat(Vzctl.Status.parse("Bad CT ID abc\n")).isEqualTo(Optional.empty());
    }

    @Test
    void rowsWithBlanksInTheHostnameAndGarbageBetweenThemAreRead() {
        Vzlist.Listing listing = Vzlist.listing(CommandResult.of(0, """
                       101 stopped   -
                       105 running   my host \u001b[31m
                     ?? what
                  4c8e2d2a-9d0f-4e6a-8f57-2f6f6f3c1d11 paused -
                """, ""));
        assertThat(listing.readable()).isTrue();
        assertThat(listing.rows())
                .containsExactly(
                        new Vzlist.Row(new Ctid("101"), VeState.STOPPED, ""),
                        new Vzlist.Row(new Ctid("105"), VeState.RUNNING, "my host ?[31m"),
                        new Vzlist.Row(new Ctid("4c8e2d2a-9d0f-4e6a-8f57-2f6f6f3c1d11"), VeState.UNKNOWN, ""));
        assertThat(listing.problems()).hasSize(1);
    }

    @Test
    void anEmptyHostIsReadableAndABlindVzlistIsNot() {
        assertThat(Vzlist.listing(CommandResult.of(1, "", "Container(s) not found\n"))
                        .readable())
                .isTrue();
        assertThat(Vzlist.listing(CommandResult.of(1, "", "Unknown field: veid\n"))
                        .readable())
                .isFalse();
        assertThat(Vzlist.listing(CommandResult.of(0, "", "Unable to open /proc/vz/veinfo\n"))
                        .readable())
                .isFalse();
    }

    @Test
    void namesOfOneFeatureAreOne() {
        assertThat(KernelNames.of("ipt_recent")).containsExactly("ipt_recent", "xt_recent");
        assertThat(KernelNames.vzctlName("xt-recent")).isEqualTo("ipt_recent");
        assertThat(KernelNames.vzctlName("e1000")).isEqualTo("e1000");
    }
}
