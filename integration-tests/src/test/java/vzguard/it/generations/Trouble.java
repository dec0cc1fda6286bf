package vzguard.it.generations;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.model.Generation;
import vzguard.values.Ctid;

/**
 * One thing that is wrong with VE 1 of a simulated host, or with the host, brought about as life does: by programs, files, and
 * other hands.
 */
enum Trouble {
    MODULE_NOT_LOADED(Generation.OBSERVED, "MODULE_NOT_LOADED") {
        @Override
        void bring(LocalAgent agent) {
            loadAll(agent);
            agent.out("modprobe", "-r", "xt_recent");
        }
    },
    MODULE_BLACKLISTED(Generation.OBSERVED, "MODULE_BLACKLISTED") {
        @Override
        void bring(LocalAgent agent) {
            agent.write("/etc/modprobe.d/hardening.conf", "# no\nblacklist xt_recent\n");
            loadAll(agent);
            agent.out("modprobe", "-r", "xt_recent");
        }
    },
    AUTOLOAD_FORBIDDEN(Generation.OVZ6, "AUTOLOAD_FORBIDDEN") {
        @Override
        void bring(LocalAgent agent) {
            agent.write("/proc/sys/kernel/ve_allow_module_load", "0\n");
            loadAll(agent);
            agent.out("modprobe", "-r", "xt_recent");
        }
    },
    NO_MODULE_SUPPORT(Generation.OBSERVED, "NO_MODULE_SUPPORT") {
        @Override
        void bring(LocalAgent agent) {
            loadAll(agent);
            agent.out("modprobe", "-r", "xt_recent");
            agent.delete("/proc/modules");
            agent.host()
                    .intercept(command -> command.argv().get(0).equals("lsmod")
                            ? java.util.Optional.of(
                                    CommandResult.of(1, "", "libkmod: ERROR: could not open /proc/modules\n"))
                            : java.util.Optional.empty());
        }
    },
    NETFILTER_DISABLED(Generation.OVZ6, "NETFILTER_DISABLED") {
        @Override
        void bring(LocalAgent agent) {
            agent.out("vzctl", "set", agent.ctid(1), "--netfilter", "disabled", "--save");
            agent.out("vzctl", "restart", agent.ctid(1));
        }
    },
    NOT_SHARED(Generation.EL6, "NOT_SHARED", "GUARD_ABSENT") {
        @Override
        void bring(LocalAgent agent) {
            loadAll(agent);
            agent.out("vzctl", "set", agent.ctid(1), "--iptables", "iptable_filter", "--save");
            agent.out("vzctl", "restart", agent.ctid(1));
        }
    },
    RESTART_PENDING(Generation.EL6, "RESTART_PENDING") {
        @Override
        void bring(LocalAgent agent) {
            agent.out("vzctl", "set", agent.ctid(1), "--iptables", "iptable_nat", "--save");
        }
    },
    NETFILTER_WINS(Generation.OVZ6, "NETFILTER_WINS") {
        @Override
        void bring(LocalAgent agent) {
            agent.out("vzctl", "set", agent.ctid(1), "--netfilter", "stateless", "--save");
            agent.out("vzctl", "restart", agent.ctid(1));
            append(agent, "IPTABLES=\"iptable_filter ipt_state\"\n");
        }
    },
    DUPLICATE_KEY(Generation.OVZ6, "DUPLICATE_KEY") {
        @Override
        void bring(LocalAgent agent) {
            String line = agent.config()
                    .lines()
                    .filter(each -> each.startsWith("NETFILTER="))
                    .findFirst()
                    .orElseThrow();
            append(agent, line + "\n");
        }
    },
    SHARE_NAME_UNKNOWN(Generation.EL6, "SHARE_NAME_UNKNOWN") {
        @Override
        void bring(LocalAgent agent) {
            String config = agent.config();
            agent.writeConfig(config.replace("IPTABLES=\"", "IPTABLES=\"xt_hashlimit "));
        }
    },
    CT_LOCKED(Generation.OBSERVED, "CT_LOCKED") {
        @Override
        void bring(LocalAgent agent) {
            long backup = agent.host().startProcess("vzdump " + agent.ctid(1));
            agent.write("/proc/" + backup + "/cmdline", "vzdump");
            agent.write("/vz/lock/" + agent.ctid(1) + ".lck", backup + "\n\n");
        }
    },
    VE_STOPPED(Generation.OBSERVED, "VE_STOPPED") {
        @Override
        void bring(LocalAgent agent) {
            agent.out("vzctl", "stop", agent.ctid(1));
        }
    },
    VE_SUSPENDED(Generation.OBSERVED, "VE_SUSPENDED") {
        @Override
        void bring(LocalAgent agent) {
            agent.out("vzctl", "stop", agent.ctid(1));
            agent.write("/vz/dump/Dump." + agent.ctid(1), "dump");
        }
    },
    VE_DISABLED(Generation.OBSERVED, "VE_DISABLED") {
        @Override
        void bring(LocalAgent agent) {
            agent.out("vzctl", "stop", agent.ctid(1));
            agent.out("vzctl", "set", agent.ctid(1), "--disabled", "yes", "--save");
        }
    },
    VE_UNREACHABLE(Generation.OBSERVED, "VE_UNREACHABLE") {
        @Override
        void bring(LocalAgent agent) {
            agent.host()
                    .intercept(command -> command.argv().contains("exec2")
                            ? java.util.Optional.of(
                                    CommandResult.of(31, "", "Unable to fork: Cannot allocate memory\n"))
                            : java.util.Optional.empty());
        }
    },
    VE_MISSING(Generation.OBSERVED, "VE_MISSING") {
        @Override
        void bring(LocalAgent agent) {
            agent.out("vzctl", "stop", agent.ctid(1));
            agent.out("mv", "/etc/vz/conf/" + agent.ctid(1) + ".conf", "/root-" + agent.ctid(1));
        }
    },
    GUARD_ABSENT(Generation.OBSERVED, "GUARD_ABSENT") {
        @Override
        void bring(LocalAgent agent) {
            loadAll(agent);
        }
    },
    GUARD_DRIFTED(Generation.OBSERVED, "GUARD_DRIFTED") {
        @Override
        void bring(LocalAgent agent) {
            inside(agent, "iptables", "-F", "VZG");
        }
    },
    GUARD_BYPASSED(Generation.OBSERVED, "GUARD_BYPASSED") {
        @Override
        void bring(LocalAgent agent) {
            inside(agent, "iptables", "-I", "INPUT", "-p", "tcp", "--dport", "22", "-j", "ACCEPT");
        }
    },
    COUNTED_TWICE(Generation.OBSERVED, "COUNTED_TWICE") {
        @Override
        void bring(LocalAgent agent) {
            inside(agent, "iptables", "-A", "INPUT", "-p", "tcp", "-m", "recent", "--set", "--name", "SSH");
        }
    },
    GUARD_NOT_PERSISTED(Generation.OBSERVED, "GUARD_NOT_PERSISTED") {
        @Override
        void bring(LocalAgent agent) {
            inside(agent, "chmod", "644", "/etc/network/if-pre-up.d/vzguard");
        }
    },
    BOOT_SCRIPT_NAME(Generation.OBSERVED, "BOOT_SCRIPT_IGNORED") {
        @Override
        void bring(LocalAgent agent) {
            script(agent, "iptables.sh", "755", "exit 0");
        }
    },
    BOOT_SCRIPT_MODE(Generation.OBSERVED, "BOOT_SCRIPT_IGNORED") {
        @Override
        void bring(LocalAgent agent) {
            script(agent, "iptables", "644", "exit 0");
        }
    },
    BOOT_SCRIPT_FAILS(Generation.EL6, "BOOT_SCRIPT_FAILS") {
        @Override
        void bring(LocalAgent agent) {
            inside(agent, "mkdir", "-p", "/etc/network/if-pre-up.d");
            script(agent, "firewall", "755", "iptables -A INPUT -p tcp -m state --state NEW -j DROP");
        }
    },
    HITCOUNT_TOO_HIGH(Generation.OBSERVED, "HITCOUNT_TOO_HIGH") {
        @Override
        void bring(LocalAgent agent) {
            agent.write("/sys/module/xt_recent/parameters/ip_pkt_list_tot", "2\n");
        }
    },
    LIST_FULL(Generation.OBSERVED, "LIST_FULL") {
        @Override
        void bring(LocalAgent agent) {
            agent.write("/sys/module/xt_recent/parameters/ip_list_tot", "4\n");
            IntStream.rangeClosed(1, 4)
                    .forEach(
                            last -> inside(agent, "sh", "-c", "echo +203.0.113." + last + " >/proc/net/xt_recent/SSH"));
        }
    },
    RULE_LIMIT(Generation.OBSERVED, "RULE_LIMIT") {
        @Override
        void bring(LocalAgent agent) {
            String held = agent.out("cat", "/proc/user_beancounters")
                    .lines()
                    .filter(line -> line.contains("numiptent"))
                    .findFirst()
                    .orElseThrow()
                    .strip()
                    .split(" +")[1];
            agent.writeConfig(agent.config() + "NUMIPTENT=\"" + held + ":" + held + "\"\n");
            agent.out("vzctl", "restart", agent.ctid(1));
        }
    },
    XTABLES_LOCKED(Generation.OBSERVED, "XTABLES_LOCKED") {
        @Override
        void bring(LocalAgent agent) {
            String words =
                    "Another app is currently holding the xtables lock. Perhaps you want to use the -w option?\n";
            agent.host()
                    .intercept(command -> command.argv().contains("iptables")
                                    && command.argv().contains("-N")
                            ? java.util.Optional.of(CommandResult.of(4, "", words))
                            : java.util.Optional.empty());
        }
    },
    NFT_WITHOUT_KERNEL(Generation.OBSERVED, "NFT_WITHOUT_KERNEL") {
        @Override
        void bring(LocalAgent agent) {
            agent.host()
                    .intercept(command -> command.argv().contains("iptables")
                                    && command.argv().contains("--version")
                                    && command.argv().contains("exec3")
                            ? java.util.Optional.of(CommandResult.of(0, "iptables v1.8.9 (nf_tables)\n", ""))
                            : java.util.Optional.empty());
        }
    },
    IPTABLES_MISSING(Generation.OBSERVED, "IPTABLES_MISSING") {
        @Override
        void bring(LocalAgent agent) {
            agent.host()
                    .intercept(command -> command.argv().contains("iptables")
                                    && command.argv().contains("--version")
                                    && command.argv().contains("exec3")
                            ? java.util.Optional.of(CommandResult.of(4, "", ""))
                            : java.util.Optional.empty());
        }
    },
    IPTABLES_TOO_OLD(Generation.EL6, "IPTABLES_TOO_OLD") {
        @Override
        void bring(LocalAgent agent) {
            append(agent, "IP_ADDRESS=\"10.67.1.1 fd67:0:0:1::1\"\n");
        }
    },
    IPV6_UNGUARDED(Generation.LENNY, "IPV6_UNGUARDED") {
        @Override
        void bring(LocalAgent agent) {
            append(agent, "IP_ADDRESS=\"10.67.1.1 fd67:0:0:1::1\"\n");
        }
    },
    MODULE_NOT_PERSISTED(Generation.OBSERVED, "MODULE_NOT_PERSISTED") {
        @Override
        void bring(LocalAgent agent) {
            agent.out("rm", "/etc/modules-load.d/vzguard.conf");
        }
    },
    CONFIG_UNREADABLE(Generation.OBSERVED, "CONFIG_UNREADABLE") {
        @Override
        void bring(LocalAgent agent) {
            agent.writeConfig("");
        }
    };

    private final Generation generation;
    private final List<String> causes;

    Trouble(Generation generation, String... causes) {
        this.generation = generation;
        this.causes = List.of(causes);
    }

    abstract void bring(LocalAgent agent);

    Generation generation() {
        return generation;
    }

    /** Which causes hold then, and no others. */
    Set<String> causes() {
        return Set.copyOf(causes);
    }

    /** The VE had no guard before. */
    boolean unguarded() {
        return Set.of(
                        "MODULE_NOT_LOADED",
                        "MODULE_BLACKLISTED",
                        "AUTOLOAD_FORBIDDEN",
                        "NO_MODULE_SUPPORT",
                        "NETFILTER_DISABLED",
                        "NOT_SHARED",
                        "GUARD_ABSENT")
                .contains(name());
    }

    /** As a host is whose administrator has followed the field report. */
    private static void loadAll(LocalAgent agent) {
        List.of("xt_recent", "xt_state", "nf_conntrack_ipv4").forEach(module -> agent.out("modprobe", module));
    }

    private static void inside(LocalAgent agent, String... argv) {
        CommandResult result = agent.host().runInside(new Ctid(agent.ctid(1)), Command.of(argv));
        if (!result.succeeded()) {
            throw new IllegalStateException(String.join(" ", argv) + ": " + result.explain());
        }
    }

    private static void append(LocalAgent agent, String lines) {
        agent.writeConfig(agent.config() + lines);
    }

    private static void script(LocalAgent agent, String name, String mode, String last) {
        String file = "/etc/network/if-pre-up.d/" + name;
        String text =
                List.of("#!/bin/sh", "iptables -A INPUT -p tcp --dport 22 -m recent --set --name X", last).stream()
                        .collect(Collectors.joining("\\n", "", "\\n"));
        inside(agent, "sh", "-c", "printf '" + text + "' >" + file + "; chmod " + mode + " " + file);
    }
}
