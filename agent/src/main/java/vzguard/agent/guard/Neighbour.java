package vzguard.agent.guard;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whose a rule is, told by the chain to which it jumps: tools that guard or forward name theirs in ways of their own. */
final class Neighbour {
    private static final Pattern TARGET = Pattern.compile("-[jg] (\\S+)");
    private static final Map<String, String> CHAINS = chains();

    private Neighbour() {}

    private static Map<String, String> chains() {
        Map<String, String> chains = new LinkedHashMap<>();
        chains.put("f2b-.*|fail2ban-.*", "fail2ban");
        chains.put("ufw6?-.*", "ufw");
        chains.put("DOCKER.*", "Docker");
        chains.put("(INPUT|FORWARD)_(direct|ZONES.*)", "firewalld");
        chains.put("sshguard", "sshguard");
        chains.put("CROWDSEC.*", "CrowdSec");
        chains.put("LOCALINPUT|LOCALOUTPUT|LOGDROPIN|DENYIN|ALLOWIN|BOGUSIN|SYNFLOOD", "CSF");
        chains.put("KUBE-.*", "Kubernetes");
        chains.put("cali-.*", "Calico");
        chains.put("LIBVIRT_.*", "libvirt");
        return chains;
    }

    /** @param rule as iptables prints it */
    static Optional<String> of(String rule) {
        Matcher target = TARGET.matcher(rule);
        return target.find()
                ? CHAINS.entrySet().stream()
                        .filter(each -> target.group(1).matches(each.getKey()))
                        .map(Map.Entry::getValue)
                        .findFirst()
                : Optional.empty();
    }
}
