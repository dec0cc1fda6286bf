package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the tests look at on hosts and in VEs with the system's own programs, past vzguard. */
final class HostState {
    /** Everything that vzguard or vzctl on its behalf may write, as the field report has it. */
    private static final String WATCHED =
            "/etc/vz /etc/sysconfig /etc/vzguard /etc/network /etc/modules /etc/modules-load.d";

    private final Fleet fleet;

    HostState(Fleet fleet) {
        this.fleet = fleet;
    }

    /** Both families' rules as iptables-save prints them, without what changes by itself: counters and remarks. */
    String rules(String place) {
        return fleet.shell(place, "iptables-save; ip6tables-save")
                .lines()
                .filter(line -> !line.startsWith("#"))
                // An agent that looks at this very moment tries a match in a chain of this name, to which nothing
                // leads.
                .filter(line -> !line.contains("VZG-TRY"))
                .map(line -> line.replaceAll("\\[\\d+:\\d+\\]", "[0:0]"))
                .reduce("", (before, line) -> before + line + "\n");
    }

    /** {@link #rules} without the own chain and the jumps into it, and without tables that hold nothing. */
    String foreignRules(String place) {
        String foreign = rules(place)
                .lines()
                .filter(line -> !line.startsWith(":VZG") && !line.startsWith("-A VZG") && !line.contains("-j VZG"))
                .reduce("", (before, line) -> before + line + "\n");
        return withoutEmptyTables(foreign);
    }

    /** A table in which no rule was ever made may be shown or not: whoever lists it makes it. */
    static String withoutEmptyTables(String rules) {
        List<String> kept = new ArrayList<>();
        for (String table : rules.split("(?<=COMMIT\n)", -1)) {
            boolean empty = table.lines().noneMatch(line -> line.startsWith("-A") || line.matches(":\\S+ - .*"));
            if (!empty) {
                kept.add(table);
            }
        }
        return String.join("", kept);
    }

    /** Exactly one own chain and one jump to it, before every other rule, in both families. */
    void assertOneGuard(String place) {
        for (String program : List.of("iptables", "ip6tables")) {
            List<String> rules = fleet.shell(place, program + " -S").lines().toList();
            assertThat(rules.stream().filter("-N VZG"::equals))
                    .as("%s %s", place, rules)
                    .hasSize(1);
            List<String> input =
                    rules.stream().filter(rule -> rule.startsWith("-A INPUT")).toList();
            assertThat(input.stream().filter(rule -> rule.endsWith("-j VZG")))
                    .as("%s %s", place, rules)
                    .hasSize(1);
            assertThat(input.get(0)).as("%s %s", place, rules).endsWith("-j VZG");
            assertThat(rules.stream().filter(rule -> rule.contains("--set")))
                    .as("%s %s", place, rules)
                    .hasSize(1);
            assertThat(rules.stream().filter(rule -> rule.contains("--update")))
                    .as("%s %s", place, rules)
                    .hasSize(1);
        }
    }

    void assertNoGuard(String place) {
        assertThat(rules(place)).as(place).doesNotContain("VZG");
        assertThat(fleet.shell(place, "ls /etc/vzguard /etc/network/if-pre-up.d 2>/dev/null || true"))
                .as(place)
                .doesNotContain("rules.v")
                .doesNotContain("vzguard\n");
    }

    /** Identity, time of change, mode and owner of every file that vzguard might write. */
    String files(String place) {
        return fleet.shell(place, "find " + WATCHED + " -printf '%p %l %i %T@ %m %u:%g\\n' 2>/dev/null | sort || true");
    }

    String file(String place, String path) {
        return fleet.shell(place, "cat " + path);
    }

    /** When the place's first process started, in ticks of the machine: another number is another start. */
    String start(String place) {
        return fleet.shell(place, "cut -d' ' -f22 /proc/1/stat").strip();
    }

    /** Lets a VE count its starts from now on, in a file of its own that survives them. */
    void countStarts(String place) {
        fleet.shell(
                place,
                "printf '#!/bin/sh\\n[ \"$IFACE\" = lo ] && echo start >>/var/lib/starts\\nexit 0\\n' >/etc/network/if-up.d/starts"
                        + " && chmod 755 /etc/network/if-up.d/starts && : >/var/lib/starts");
    }

    /** How often the VE started since {@link #countStarts}. */
    int starts(String place) {
        return (int) file(place, "/var/lib/starts").lines().count();
    }

    Map<String, Integer> starts(List<String> places) {
        Map<String, Integer> starts = new TreeMap<>();
        places.forEach(place -> starts.put(place, starts(place)));
        return starts;
    }

    /** The lines of two texts that are not in the other, with - and +; unequal order shows too. */
    static List<String> changedLines(String before, String after) {
        List<String> old = before.lines().toList();
        List<String> fresh = after.lines().toList();
        List<String> changed = new ArrayList<>();
        for (int i = 0; i < Math.max(old.size(), fresh.size()); i++) {
            String was = i < old.size() ? old.get(i) : "";
            String is = i < fresh.size() ? fresh.get(i) : "";
            if (!was.equals(is)) {
                changed.add("-" + was);
                changed.add("+" + is);
            }
        }
        return changed;
    }
}
