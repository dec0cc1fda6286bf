package vzguard.it.own;

import java.util.List;

/** The commands of the README's section "On your own hosts", in their order. */
final class OwnHostsPath {
    static final String CONTROLLER_INIT = "./vzguard controller init --name vzguard.example.net";
    static final String CONTROLLER_RUN = "./vzguard controller run";
    static final String LOGIN =
            "./vzguard login vzguard.example.net:7443 --token-file /var/lib/vzguard/controller/operator.token";
    static final String TOKEN = "./vzguard token create >agent.token";
    static final String FOLDER = "mkdir -p /etc/vzguard";
    static final String SETTINGS =
            "printf 'controller=vzguard.example.net:7443\\nlabel.dc=tokyo\\n' >/etc/vzguard/agent.conf";
    static final String ENROL = "./vzguard agent enrol --token-file agent.token";
    static final String AGENT_RUN = "./vzguard agent run";
    static final String HOSTS = "./vzguard hosts";
    static final String DIAGNOSE = "./vzguard diagnose hn1/101";
    static final String PLAN = "./vzguard plan -f examples/ssh-guard.yaml";
    static final String APPLY = "./vzguard policy apply -f examples/ssh-guard.yaml";
    static final String ROLLOUT = "./vzguard rollout start ssh-guard";
    static final String PROVE = "./vzguard prove hn1/101";
    static final String DELETE = "./vzguard policy delete ssh-guard --yes";
    static final String UNINSTALL = "./vzguard agent uninstall";

    static final List<String> ALL = List.of(
            CONTROLLER_INIT,
            CONTROLLER_RUN,
            LOGIN,
            TOKEN,
            FOLDER,
            SETTINGS,
            ENROL,
            AGENT_RUN,
            HOSTS,
            DIAGNOSE,
            PLAN,
            APPLY,
            ROLLOUT,
            PROVE,
            DELETE,
            UNINSTALL);

    private OwnHostsPath() {}
}
