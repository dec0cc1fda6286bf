package vzguard.agent.boot;

/** What stands in the own boot files. Whatever fails in them keeps nothing else from starting. */
final class BootTexts {
    private BootTexts() {}

    /**
     * Loads the guards; the same everywhere, and on a place with ifupdown the hook itself. On a host there is one for each VE that is
     * guarded at its edge. Copies of the published rules that were
     * adopted come back with the file from which they are loaded, and go again, in whichever wording iptables finds them. Where
     * the jump is already there the guard is not loaded once more: the second interface, the second caller.
     */
    static final String LOADER = """
            #!/bin/sh
            # vzguard: loads the SSH guard. Own chains only; always exits 0, so that no interface stays down.
            for rules in /etc/vzguard/rules.v[46] /etc/vzguard/edge-*.v[46]; do
                [ -r "$rules" ] || continue
                case $rules in
                    *.v4) program=iptables ;;
                    *) program=ip6tables ;;
                esac
                set -f
                while read -r mark position words; do
                    case $mark in
                        "#adopted" | "#also") while "$program" -D INPUT $words 2>/dev/null; do :; done ;;
                    esac
                done <"$rules"
                set +f
                chain=$(sed -n '/^:VZG/{s/^:\\([^ ]*\\) .*/\\1/p;q;}' "$rules")
                "$program-save" -t filter 2>/dev/null | grep -q "^-A [IF][A-Z]* .*-j ${chain:-VZG} *\\$" && continue
                "$program-restore" --noflush <"$rules" 2>/dev/null || continue
                recent=/proc/net/xt_recent
                [ -d "$recent" ] || recent=/proc/net/ipt_recent
                while read -r mark list address; do
                    [ "$mark" != "#ban" ] || echo "+$address" >"$recent/$list"
                done <"$rules" 2>/dev/null
            done
            exit 0
            """;

    /** Called by {@code run-parts -a start}, {@code -a save} and {@code -a flush}. */
    private static final String PLUGIN = """
            #!/bin/sh
            # vzguard: the plugins before this one restore their rules and flush all others; the guard is loaded after them.
            [ "$1" != start ] || %s
            exit 0
            """;

    /**
     * After whatever flushes, before the guarded service. Only sshd is told to wait, and not for long: a place in the order of
     * the network could close a circle with somebody's own unit, which systemd cuts by leaving one of them out.
     */
    private static final String UNIT = """
            # vzguard: loads the SSH guard at boot, after the firewalls that flush.
            [Unit]
            Description=SSH guard of vzguard
            After=iptables.service ip6tables.service firewalld.service ufw.service netfilter-persistent.service
            Before=sshd.service ssh.service

            [Service]
            Type=oneshot
            RemainAfterExit=yes
            TimeoutStartSec=30
            ExecStart=-/bin/sh %s

            [Install]
            WantedBy=multi-user.target
            """;

    /** {@code service iptables} starts at 08, the network at 10. */
    private static final String SYSV = """
            #!/bin/sh
            # chkconfig: 2345 09 91
            # description: loads the SSH guard of vzguard, after iptables and before the network; always exits 0
            PATH=/sbin:/usr/sbin:/bin:/usr/bin
            export PATH
            case $1 in
                start | restart | reload) %s ;;
            esac
            exit 0
            """;

    private static final String OPENRC = """
            #!/sbin/openrc-run
            description="SSH guard of vzguard, loaded after the firewalls that flush"
            depend() {
                after iptables ip6tables firewall
                before sshd
            }
            start() {
                %s
                return 0
            }
            stop() {
                return 0
            }
            """;

    static String plugin(String loader) {
        return PLUGIN.formatted(loader);
    }

    static String unit(String loader) {
        return UNIT.formatted(loader);
    }

    static String sysv(String loader) {
        return SYSV.formatted(loader);
    }

    static String openrc(String loader) {
        return OPENRC.formatted(loader);
    }
}
