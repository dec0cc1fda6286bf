package vzguard.it.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import vzguard.it.real.BareLab;
import vzguard.it.real.Fleet;
import vzguard.it.real.Ran;

/**
 * The README's path on a host to which nobody has done anything yet: controller, agent and CLI are put there by hand and
 * started by hand, with their default ports and folders. Only the policy's soak time is not the example's.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OwnHostsIT {
    private static final String CHECKOUT = "/root/vzguard";
    private static final String LAUNCHER = """
            #!/bin/bash
            # Stands for the launcher of a checkout that is built; as that one it keeps an archive of the CLI's classes.
            java=$LAB_JAVA_HOME/bin/java
            flags="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-UsePerfData"
            archive=/root/vzguard/cli.jsa
            case $1 in
                controller|agent) part=$1; shift; exec $java $flags -jar /root/vzguard/$part.jar "$@" ;;
                ves) [[ -s $archive ]] || flags="$flags -XX:ArchiveClassesAtExit=$archive -Xlog:disable" ;;
            esac
            [[ ! -s $archive ]] || flags="$flags -XX:SharedArchiveFile=$archive -Xlog:disable"
            exec $java $flags -jar /root/vzguard/cli.jar "$@"
            """;

    private BareLab lab;

    @BeforeAll
    void up() throws IOException {
        lab = BareLab.up("it-own", 1, 2);
        lab.write("hn1", CHECKOUT + "/vzguard", LAUNCHER);
        lab.run("hn1", "chmod 755 " + CHECKOUT + "/vzguard && echo 127.0.0.1 vzguard.example.net >>/etc/hosts")
                .exits(0);
        for (String module : List.of("controller", "agent", "cli")) {
            lab.copy("hn1", CHECKOUT + "/" + module + ".jar", BareLab.jar(module));
        }
        String policy = Files.readString(Path.of("..", "examples", "ssh-guard.yaml"));
        assertThat(policy).contains("soak: 30s");
        lab.write("hn1", CHECKOUT + "/examples/ssh-guard.yaml", policy.replace("soak: 30s", "soak: 0s"));
    }

    @AfterAll
    void down() {
        if (lab != null) {
            lab.close();
        }
    }

    private Ran type(String line) {
        return lab.run("hn1", "cd " + CHECKOUT + " && " + line);
    }

    private void service(String line, String log) {
        type("setsid " + line + " >/var/log/" + log + " 2>&1 </dev/null &").exits(0);
    }

    private String rules(String place) {
        return lab.run(place, "iptables -S; ip6tables -S").out();
    }

    @Test
    void thePathOfTheReadme() {
        List<String> before = new ArrayList<>();
        for (String place : List.of("hn1", "hn1/101", "hn1/102")) {
            before.add(rules(place));
        }

        type(OwnHostsPath.CONTROLLER_INIT).exits(0);
        assertThat(type("stat -c %a /var/lib/vzguard/controller/operator.token").out())
                .isEqualTo("600\n");
        service(OwnHostsPath.CONTROLLER_RUN, "controller.log");
        await("the controller listens")
                .atMost(Fleet.PATIENCE)
                .until(() -> type("grep -q :1D13 /proc/net/tcp /proc/net/tcp6").exit() == 0);
        type(OwnHostsPath.LOGIN).exits(0);
        Ran again = type(OwnHostsPath.LOGIN + " --context second");
        assertThat(again.exit()).as("a token is good for one login: %s", again).isEqualTo(4);
        type(OwnHostsPath.TOKEN).exits(0);
        type(OwnHostsPath.FOLDER).exits(0);
        type(OwnHostsPath.SETTINGS).exits(0);
        type(OwnHostsPath.ENROL).exits(0);
        service(OwnHostsPath.AGENT_RUN, "agent.log");
        await("the host is there")
                .atMost(Fleet.PATIENCE)
                .until(() -> type("./vzguard ves -o json").out().contains("VE_STATE_RUNNING"));
        assertThat(type(OwnHostsPath.HOSTS).exits(0).out()).contains("hn1");
        assertThat(type(OwnHostsPath.DIAGNOSE).exits(1).out()).contains("MODULE_NOT_LOADED");
        assertThat(type(OwnHostsPath.PLAN).exits(0).out()).contains("hn1/101", "LOAD_MODULE");
        type(OwnHostsPath.APPLY).exits(0);
        Ran rollout = type(OwnHostsPath.ROLLOUT).exits(0);
        assertThat(rollout.out()).contains("3 targets = 3 done");
        type(OwnHostsPath.PROVE).exits(0);
        assertThat(rules("hn1/101")).contains("-N VZG");

        type(OwnHostsPath.DELETE).exits(0);
        assertGone(before);
        type(OwnHostsPath.APPLY).exits(0);
        type(OwnHostsPath.ROLLOUT).exits(0);
        assertThat(rules("hn1")).contains("-N VZG");
        type(OwnHostsPath.UNINSTALL).exits(0);
        assertGone(before);
        type(OwnHostsPath.UNINSTALL).exits(0);
        assertGone(before);
    }

    private void assertGone(List<String> before) {
        List<String> places = List.of("hn1", "hn1/101", "hn1/102");
        for (int i = 0; i < places.size(); i++) {
            assertThat(rules(places.get(i))).as(places.get(i)).isEqualTo(before.get(i));
            String left = lab.run(
                            places.get(i),
                            "ls /etc/vzguard/rules.v4 /etc/vzguard/rules.v6 /etc/network/if-pre-up.d/vzguard")
                    .out();
            assertThat(left).as(places.get(i)).isEmpty();
        }
    }
}
