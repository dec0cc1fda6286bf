package vzguard.lab.model;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What people get hurt by on OpenVZ hosts (facts.md 7), as things that can be done to a host or VE of a lab: by {@code lab trap}, or
 * by a test. A trap is a line of shell, run where it says, with the VE's CTID as {@code $1} (nothing for traps of a host). Both
 * floors run the same lines. Files below {@code /vz/.lab/CTID} are switches of the lab itself: the host model looks at them
 * ({@link VeTraps}).
 */
public enum Trap {
    /** The VE's init does not hear {@code halt}: a stop takes 120 s and a kill. */
    HALT_IGNORED("7.3", Where.HOST_FOR_VE, Switches.on("deaf"), Switches.off("deaf")),
    /** Nor does a kill end it: a stop gives up after 241 s, exit 33, and the VE runs on. */
    KILL_IGNORED("7.3", Where.HOST_FOR_VE, Switches.on("deaf undying"), Switches.off("deaf undying")),
    /** {@code start} says 0, and the VE is dead a moment later. */
    DEAD_AFTER_START("1.6", Where.HOST_FOR_VE, Switches.on("dies"), Switches.off("dies")),
    /** The next vzctl that stops the VE is killed ({@code kill -9}) before it has unmounted it: the VE is half stopped, its lock stale. */
    VZCTL_KILLED("7.5", Where.HOST_FOR_VE, Switches.on("kills-vzctl"), Switches.off("kills-vzctl")),
    /** Somebody who lives holds the VE's lock: a backup, for hours. */
    LOCKED("7.18", Where.HOST_FOR_VE, "mkdir -p /vz/lock && echo 1 >/vz/lock/$1.lck", "rm -f /vz/lock/$1.lck"),
    /** Somebody who died held it. */
    LOCK_STALE("1.5", Where.HOST_FOR_VE, "mkdir -p /vz/lock && echo 4194303 >/vz/lock/$1.lck", "rm -f /vz/lock/$1.lck"),
    /** Both keys stand twice in the configuration: the last is read, the first is rewritten. */
    KEYS_TWICE(
            "3.2",
            Where.HOST_FOR_VE,
            "printf '%s\\n' 'IPTABLES=\"iptable_filter\"' 'NETFILTER=\"stateless\"' 'IPTABLES=\"iptable_filter\"'"
                    + " 'NETFILTER=\"stateless\"' >>/etc/vz/conf/$1.conf",
            ""),
    /** {@code set} on a CTID that nobody has made a configuration of one line. */
    STUB("7.9", Where.HOST, "vzctl --quiet set 4242 --onboot no --save 2>/dev/null; :", "rm -f /etc/vz/conf/4242.conf"),
    /** The VE is suspended: stopped, with a dump from which it would be resumed with its old rules. */
    SUSPENDED(
            "7.7",
            Where.HOST_FOR_VE,
            "vzctl --quiet stop $1 && mkdir -p /vz/dump && touch /vz/dump/Dump.$1",
            "rm -f /vz/dump/Dump.$1"),
    /** It runs although it is DISABLED: a restart would be its end. */
    DISABLED(
            "7.4",
            Where.HOST_FOR_VE,
            "vzctl --quiet set $1 --disabled yes --save",
            "vzctl --quiet set $1 --disabled no --save"),
    STOPPED("7.8", Where.HOST_FOR_VE, "vzctl --quiet stop $1", "vzctl --quiet start $1"),
    /** It went to another host: no configuration is left. Undone, it comes in, stopped. */
    MIGRATED_AWAY(
            "7.12",
            Where.HOST_FOR_VE,
            "vzctl --quiet stop $1; mv /etc/vz/conf/$1.conf /etc/vz/conf/$1.conf.migrated",
            "mv /etc/vz/conf/$1.conf.migrated /etc/vz/conf/$1.conf"),
    /** Its name has a quotation mark and a backslash, which make vzlist's JSON invalid. */
    HOSTNAME_QUOTED("2", Where.HOST_FOR_VE, "vzctl --quiet set $1 --hostname 'a\"b\\c' --save 2>/dev/null; :", ""),
    /** A lock, a configuration and a hook's folder of the VE are links that lead to the host's own files. */
    LINKS_PLANTED(
            "7.10",
            Where.VE,
            "rm -rf /etc/network/if-pre-up.d /etc/vzguard; mkdir -p /etc/network;"
                    + " ln -s /tmp/planted /etc/network/if-pre-up.d; ln -s /tmp/planted /etc/vzguard",
            "rm -f /etc/network/if-pre-up.d /etc/vzguard; mkdir -p /etc/network/if-pre-up.d"),
    /** The VE's iptables-save says that everything is as it was, whatever was done. */
    IPTABLES_LIES(
            "7.10",
            Where.VE,
            Planted.program("iptables-save", "echo \"*filter\"; echo COMMIT"),
            Planted.away("iptables-save")),
    /** Its iptables-save prints without end. */
    IPTABLES_FLOODS("7.10", Where.VE, Planted.program("iptables-save", "yes"), Planted.away("iptables-save")),
    /** Its iptables-save never ends. */
    IPTABLES_HANGS("7.10", Where.VE, Planted.program("iptables-save", "sleep 86400"), Planted.away("iptables-save")),
    /**
     * The VE's shell answers what it likes. {@code rm /bin/bash} first: a running shell is not written to. In the real lab such a VE does
     * not boot again.
     */
    SHELL_LIES(
            "7.10",
            Where.VE,
            "rm -f /bin/bash; printf '%s\\n' '#!/bin/sh' 'echo you are root' >/bin/bash; chmod 755 /bin/bash",
            ""),
    /** An update switches connection tracking of the host itself off; it counts from the next load of the module on. */
    CONNTRACK_OFF(
            "7.1",
            Where.HOST,
            "mkdir -p /etc/modprobe.d; echo 'options nf_conntrack ip_conntrack_disable_ve0=1' >/etc/modprobe.d/openvz.conf",
            "rm -f /etc/modprobe.d/openvz.conf"),
    /** The VE may have four rules and no more, from its next start on: {@code numiptent}. Simulated lab only. */
    RULES_FULL("7.14", Where.HOST_FOR_VE, "echo 'NUMIPTENT=\"4:4\"' >>/etc/vz/conf/$1.conf", ""),
    /** Nothing in {@code /tmp} can be executed. Real lab only. */
    TMP_NOEXEC("7", Where.HOST, "mount -o remount,noexec /tmp", "mount -o remount,exec /tmp"),
    /** {@code /etc} cannot be written. Real lab only. */
    ETC_READ_ONLY("7", Where.HOST, "mount --bind /etc /etc && mount -o remount,ro,bind /etc", "umount /etc"),
    /** There is no room where the agent keeps its state, {@code /var/lib/vzguard}. Real lab only. */
    DISK_FULL(
            "7",
            Where.HOST,
            "mkdir -p /var/lib/vzguard /run/vzguard-full && cp -a /var/lib/vzguard/. /run/vzguard-full"
                    + " && mount -t tmpfs -o size=64m tmpfs /var/lib/vzguard && cp -a /run/vzguard-full/. /var/lib/vzguard;"
                    + " cat /dev/zero >/var/lib/vzguard/full 2>/dev/null; :",
            "umount /var/lib/vzguard");

    /** Where a trap's line is run. */
    public enum Where {
        /** On the host, about all of it. */
        HOST,
        /** On the host, about one VE. */
        HOST_FOR_VE,
        /** In the VE, as its root. */
        VE
    }

    private final String facts;
    private final Where where;
    private final String line;
    private final String undo;

    Trap(String facts, Where where, String line, String undo) {
        this.facts = facts;
        this.where = where;
        this.line = line;
        this.undo = undo;
    }

    /** As {@code lab trap} takes it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The section of facts.md that it comes from. */
    public String facts() {
        return facts;
    }

    public Where where() {
        return where;
    }

    /** The line of shell that sets it. */
    public String line() {
        return line;
    }

    /** The line that takes it away again; empty where there is no way back but a new lab. */
    public Optional<String> undo() {
        return undo.isEmpty() ? Optional.empty() : Optional.of(undo);
    }

    /** The simulated lab has it. */
    public boolean isSimulated() {
        return this != TMP_NOEXEC && this != ETC_READ_ONLY && this != DISK_FULL;
    }

    /** The real lab has it. */
    public boolean isReal() {
        return this != RULES_FULL;
    }

    /** The trap of this word; empty for any other. */
    public static Optional<Trap> of(String word) {
        return Arrays.stream(values()).filter(trap -> trap.word().equals(word)).findFirst();
    }

    /** All words, for who gave another. */
    public static String words() {
        return Arrays.stream(values()).map(Trap::word).collect(Collectors.joining(", "));
    }

    /** Lines that set and clear switches of the lab. */
    private static final class Switches {
        private Switches() {}

        static String on(String names) {
            return "mkdir -p /vz/.lab/$1; for switch in " + names + "; do touch /vz/.lab/$1/$switch; done";
        }

        static String off(String names) {
            return "for switch in " + names + "; do rm -f /vz/.lab/$1/$switch; done";
        }
    }

    /** Lines that put a program of the VE's own before the system's. */
    private static final class Planted {
        private Planted() {}

        static String program(String name, String body) {
            return "mkdir -p /usr/local/sbin; printf '%s\\n' '#!/bin/sh' '" + body + "' >/usr/local/sbin/" + name
                    + "; chmod 755 /usr/local/sbin/" + name;
        }

        static String away(String name) {
            return "rm -f /usr/local/sbin/" + name;
        }
    }
}
