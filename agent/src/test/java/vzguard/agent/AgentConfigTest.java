package vzguard.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentConfigTest {
    @Test
    void anEmptyFileGivesTheDefaults() {
        assertThat(AgentConfig.parse("", "agent.conf", "hn1").settings())
                .contains(new AgentSettings(
                        "hn1",
                        Map.of(),
                        Optional.empty(),
                        Path.of("/var/lib/vzguard/agent"),
                        Duration.ofSeconds(60),
                        List.of(),
                        Optional.empty()));
    }

    @Test
    void everyKeyActs() {
        String text = """
                # where the controller is
                controller=[2001:db8::1]:7443, standby.example:7443
                name=hn7.example
                label.dc=tokyo
                label.rack=r-12
                sweep=5m
                confirm=90s
                failsafe=2001:db8:1::/48, 192.0.2.10
                state=/srv/vzguard
                token-file=/etc/vzguard/token
                """;
        assertThat(AgentConfig.parse(text, "agent.conf", "hn1").settings())
                .contains(new AgentSettings(
                        "hn7.example",
                        Map.of("dc", "tokyo", "rack", "r-12"),
                        Optional.of("[2001:db8::1]:7443,standby.example:7443"),
                        Path.of("/srv/vzguard"),
                        Duration.ofMinutes(5),
                        List.of("192.0.2.10", "2001:db8:1::/48"),
                        Optional.of(Path.of("/etc/vzguard/token")),
                        Duration.ofSeconds(90)));
    }

    @Test
    void allFaultsAreToldAtOnceWithWhatIsPermitted() {
        String text = """
                controler=c:7443
                controller=c:70000
                name=-x
                label.DC=tokyo
                label.dc=to kyo
                sweep=2h
                confirm=4s
                state=relative
                failsafe=0.0.0.0/0, jump.example
                """;
        AgentConfig.Parsed parsed = AgentConfig.parse(text, "agent.conf", "hn1");
        assertThat(parsed.settings()).isEmpty();
        assertThat(parsed.problems()).hasSize(10).allMatch(problem -> problem.startsWith("agent.conf: "));
        assertThat(String.join("\n", parsed.problems()))
                .contains(
                        "unknown key \"controler\" (permitted: controller, name,",
                        "c:70000 is no address",
                        "sweep=2h",
                        "1s to 1h",
                        "confirm=4s",
                        "5s to 10m",
                        "state=relative is no absolute path",
                        "failsafe: \"0.0.0.0/0\" would exempt everyone",
                        "failsafe: \"jump.example\"",
                        "\"-x\"",
                        "\"DC\"",
                        "\"to kyo\"");
    }
}
