# vzguard observe-ve 8
# Looks at a VE from inside, by its own shell. Each section is framed: "@begin FRAME NAME", the lines of what ran (stdout
# and stderr), "@end FRAME NAME EXIT"; "@done FRAME" ends it all. FRAME is the scratch chain's name, which no other text
# has. Nothing stays changed: the scratch chain goes. One process per section, the sweep of a host is made of these.
# The agent adds the call: main SCRATCH-CHAIN, with a name that no other experiment has.
main() {
    chain=$1
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    LC_ALL=C
    export PATH LC_ALL
    section() {
        name=$1
        shift
        text=$("$@" 2>&1)
        code=$?
        echo "@begin $chain $name"
        [ -z "$text" ] || printf '%s\n' "$text"
        echo "@end $chain $name $code"
    }
    # The match recent was ipt_recent before 2.6.28.
    recent=/proc/net/xt_recent
    [ -d "$recent" ] || recent=/proc/net/ipt_recent
    lists() {
        for list in "$recent"/*; do
            [ ! -f "$list" ] || echo "${list##*/} $(grep -c . "$list")"
        done
    }
    # Who is banned: whoever stands in a list of bans, or more than once in one that counts and bans by itself.
    banned() {
        for list in "$recent"/*; do
            [ -f "$list" ] || continue
            case $list in
            *-BAN | *-LONG)
                echo "list ${list##*/}"
                cat "$list"
                ;;
            *-DENY) ;;
            *)
                [ ! -f "$list-BAN" ] || continue
                echo "list ${list##*/}"
                grep ', ' "$list"
                ;;
            esac
        done
    }
    # The table of the other backend, where iptables comes in both: packets pass both, each program shows its own only.
    # A legacy table that is not there yet would be made by looking at it.
    other() {
        legacy=$(command -v "$1-legacy-save") && nft=$(command -v "$1-nft-save") || return 0
        case $("$1" --version) in
        *nf_tables*)
            grep -q '^filter$' "/proc/net/${1%tables}_tables_names" || return 0
            echo '# backend legacy'
            "$legacy" -t filter
            ;;
        *)
            echo '# backend nft'
            "$nft" -t filter
            ;;
        esac
    }
    # Which of the directories that tell a layout are there, and which own files and links, with what is in them.
    boot() {
        for directory in /etc/network/if-pre-up.d /usr/share/netfilter-persistent/plugins.d /etc/systemd/system \
            /run/systemd/system /etc/rc.d/init.d /etc/rc.d/rc3.d /etc/init.d /etc/runlevels/default; do
            [ ! -d "$directory" ] || echo "directory $directory"
        done
        for file in /etc/network/if-pre-up.d/vzguard /etc/vzguard/load \
            /usr/share/netfilter-persistent/plugins.d/90-vzguard /etc/systemd/system/vzguard-guard.service \
            /etc/rc.d/init.d/vzguard-guard /etc/init.d/vzguard-guard; do
            [ -f "$file" ] || continue
            kind=text
            [ ! -x "$file" ] || kind=script
            echo "$kind $file"
            sed 's/^/| /' "$file"
        done
        for link in /etc/systemd/system/multi-user.target.wants/vzguard-guard.service \
            /etc/runlevels/default/vzguard-guard /etc/rc.d/rc2.d/S09vzguard-guard /etc/rc.d/rc3.d/S09vzguard-guard \
            /etc/rc.d/rc4.d/S09vzguard-guard /etc/rc.d/rc5.d/S09vzguard-guard; do
            [ ! -L "$link" ] || echo "link $link $(readlink "$link")"
        done
    }
    # Tries both matches at once: one commit makes the chain, another takes it away. It fails where either is refused.
    try_both() {
        printf '%s\n' '*filter' ":$chain - [0:0]" "-A $chain -m recent --rcheck --name VZGTRY" \
            "-A $chain -m state --state NEW" COMMIT '*filter' "-F $chain" "-X $chain" COMMIT |
            iptables-restore --noflush 2>&1
    }
    # Where the kernel has it at all, one commit more; the table that the rule makes goes with it.
    try_hashlimit() {
        hashlimit='--hashlimit-above 1/min --hashlimit-burst 1 --hashlimit-mode srcip --hashlimit-name VZGTRY'
        printf '%s\n' '*filter' ":$chain - [0:0]" "-A $chain -m limit --limit 10/sec -m hashlimit $hashlimit" COMMIT \
            '*filter' "-F $chain" "-X $chain" COMMIT |
            iptables-restore --noflush
    }
    section uptime cat /proc/uptime
    section init cat /proc/1/stat
    section matches cat /proc/net/ip_tables_matches
    # Before the rules: of a guard that stood after that, nobody flushed them before.
    section banned banned
    section save4 iptables-save -t filter
    section save6 ip6tables-save -t filter
    section other4 other iptables
    section other6 other ip6tables
    section version iptables --version
    section conntrack test -e /proc/net/nf_conntrack -o -e /proc/net/ip_conntrack -o \
        -e /proc/sys/net/netfilter/nf_conntrack_max -o -e /proc/sys/net/ipv4/netfilter/ip_conntrack_max -o \
        -e /proc/sys/net/ipv4/ip_conntrack_max
    section inet6 test -e /proc/net/if_inet6
    section listen grep -h ' 0A ' /proc/net/tcp /proc/net/tcp6
    section lists lists
    section rules4 cat /etc/vzguard/rules.v4
    section rules6 cat /etc/vzguard/rules.v6
    section boot boot
    if text=$(try_both) && [ -z "$text" ]; then
        section try-recent :
        section try-state :
    else
        # One by one, in iptables' own words.
        section scratch iptables -N "$chain"
        section try-recent iptables -A "$chain" -m recent --rcheck --name VZGTRY
        section try-state iptables -A "$chain" -m state --state NEW
        iptables -F "$chain" >/dev/null 2>&1
        iptables -X "$chain" >/dev/null 2>&1
    fi
    if grep -q '^hashlimit$' /proc/net/ip_tables_matches 2>/dev/null; then
        section try-hashlimit try_hashlimit
    fi
    echo "@done $chain"
}
