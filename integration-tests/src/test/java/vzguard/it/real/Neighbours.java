package vzguard.it.real;

import static org.awaitility.Awaitility.await;

import java.util.Optional;
import vzguard.lab.real.RealLab;

/** The firewalls that others run beside the guard, as their owners would use them: ufw in one VE, fail2ban in the other. */
final class Neighbours {
    static final String UFW = "hn1/101";
    static final String FAIL2BAN = "hn1/102";
    /** Whom ufw's owner does not want. */
    static final String DENIED = "203.0.113.66";

    /** Whom fail2ban bans and, at a start, bans again. */
    static final String BANNED = "203.0.113.77";

    static final String BANNED_6 = "fd66:bad::77";

    private final Fleet fleet;

    Neighbours(Fleet fleet) {
        this.fleet = fleet;
    }

    /** What the rules of both need of a host that has little, and a first start of each. */
    void start() {
        fleet.shell("hn1", """
                for module in ipt_recent xt_conntrack nf_conntrack_ipv4 nf_conntrack_ipv6 xt_limit xt_hl ipt_addrtype \\
                    ip6t_rt ipt_LOG ip6t_LOG ipt_REJECT ip6t_REJECT xt_multiport; do
                    modprobe $module || exit 1
                done
                """);
        fleet.shell(UFW, """
                ufw allow 22/tcp && ufw insert 1 deny from %s && ufw --force enable
                """.formatted(DENIED));
        fleet.shell(FAIL2BAN, """
                : >/var/log/auth.log
                cat >/etc/fail2ban/jail.local <<'END'
                [DEFAULT]
                banaction = iptables-multiport
                usedns = no
                ignoreself = false
                backend = polling
                [sshd]
                enabled = true
                logpath = /var/log/auth.log
                END
                """);
        fail2ban("start");
    }

    /** ufw with its default leaves the built-in chains to others, else it flushes them. */
    void manageBuiltins(boolean yes) {
        fleet.shell(
                UFW, "sed -i 's/^MANAGE_BUILTINS=.*/MANAGE_BUILTINS=" + (yes ? "yes" : "no") + "/' /etc/default/ufw");
    }

    /** What docs/guard.md tells whoever cannot do without that. */
    void loadTheGuardAfterUfw() {
        fleet.shell(UFW, """
                printf '#!/bin/sh\\n[ "$1" != start ] || /etc/network/if-pre-up.d/vzguard\\n' >/etc/ufw/after.init
                chmod 755 /etc/ufw/after.init
                """);
    }

    void fail2ban(String verb) {
        // The daemon inherits what its starter has open: a pipe that it holds would look like a program that runs on.
        fleet.shell(
                FAIL2BAN,
                "/etc/init.d/fail2ban " + verb + " >/run/service.log 2>&1 || { cat /run/service.log; false; }");
    }

    /** A start or restart, until the bans that it remembers are back. */
    void fail2banWithItsBans(String verb) {
        fail2ban(verb);
        awaitBan(BANNED);
        awaitBan(BANNED_6);
    }

    /** By an operator, and carried out by fail2ban's own thread a moment later. */
    void ban(String... addresses) {
        fleet.shell(FAIL2BAN, "fail2ban-client set sshd banip " + String.join(" ", addresses));
        for (String address : addresses) {
            awaitBan(address);
        }
    }

    void unban(String address) {
        fleet.shell(FAIL2BAN, "fail2ban-client set sshd unbanip " + address);
        await(address + " is free")
                .atMost(Fleet.PATIENCE)
                .until(() -> !bans(address).contains(address + "/"));
    }

    /** What sshd would log of somebody who guesses passwords: more than fail2ban permits. */
    void guessPasswords(String from) {
        fleet.shell(FAIL2BAN, """
                for i in 1 2 3 4 5; do
                    echo "$(date '+%%b %%e %%T') ve sshd[99]: Failed password for root from %s port 4711 ssh2" >>/var/log/auth.log
                done
                """.formatted(from));
        awaitBan(from);
    }

    void awaitBan(String address) {
        await(address + " is banned")
                .atMost(Fleet.PATIENCE)
                .until(() -> bans(address).contains(address + "/"));
    }

    private String bans(String address) {
        String program = address.contains(":") ? "ip6tables" : "iptables";
        return fleet.shell(FAIL2BAN, program + " -S f2b-sshd 2>&1 || true");
    }

    /** How a connection ended, in the lab's words. */
    String connection(String place, String from) {
        RealLab.Attempt attempt =
                fleet.lab().ssh(place, Optional.of(from), from.contains(":"), 1).get(0);
        return attempt.answered() ? "answered" : attempt.detail();
    }
}
