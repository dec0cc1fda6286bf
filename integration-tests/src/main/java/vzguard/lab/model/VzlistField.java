package vzguard.lab.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One column of vzlist. There is no {@code iptables} field in any version.
 *
 * @param width of the column; negative when the text is to the right
 * @param textOf the cell
 * @param json the value in JSON; strings are not escaped, as in the real program
 */
record VzlistField(
        String name, String header, int width, Function<VzlistRow, String> textOf, Function<VzlistRow, String> json) {
    /** Fields that came later than 3.0.22, or with 7, and when (facts.md 2; 3.0.30 stands for its line). */
    private static final Map<String, String> SINCE = Map.ofEntries(
            Map.entry("ctid", "3.0.23"),
            Map.entry("description", "3.0.30"),
            Map.entry("ostemplate", "3.0.30"),
            Map.entry("onboot", "3.0.30"),
            Map.entry("bootorder", "3.0.30"),
            Map.entry("private", "4.7"),
            Map.entry("root", "4.7"),
            Map.entry("mount_opts", "4.7"),
            Map.entry("origin_sample", "4.7"),
            Map.entry("smart_name", "4.7"),
            Map.entry("nameserver", "4.7"),
            Map.entry("searchdomain", "4.7"),
            Map.entry("disabled", "4.7"),
            Map.entry("netfilter", "4.10"),
            Map.entry("configured_ip", "7.0"));

    private static final List<VzlistField> ALL = List.of(
            number("ctid", "CTID"),
            number("veid", "CTID"),
            number("vpsid", "CTID"),
            string("private", "PRIVATE", 32, row -> Optional.of(row.privateArea())),
            string("root", "ROOT", 32, row -> Optional.of(row.root())),
            configured("mount_opts", "MOUNT_OPTS", 16, "MOUNT_OPTS"),
            configured("origin_sample", "ORIGIN_SAMPLE", 32, "ORIGIN_SAMPLE"),
            configured("hostname", "HOSTNAME", 32, "HOSTNAME"),
            configured("name", "NAME", 32, "NAME"),
            new VzlistField(
                    "smart_name",
                    "SMARTNAME",
                    -10,
                    VzlistField::smartName,
                    row -> row.value("NAME")
                            .map(VzlistField::quoted)
                            .orElse(row.ctid().text())),
            configured("description", "DESCRIPTION", 32, "DESCRIPTION"),
            configured("ostemplate", "OSTEMPLATE", 32, "OSTEMPLATE"),
            list("ip", "IP_ADDR", "IP_ADDRESS"),
            list("configured_ip", "IP_ADDR", "IP_ADDRESS"),
            list("nameserver", "NAMESERVER", "NAMESERVER"),
            list("searchdomain", "SEARCHDOMAIN", "SEARCHDOMAIN"),
            string("status", "STATUS", 9, row -> Optional.of(row.status())),
            new VzlistField(
                    "numproc",
                    "NPROC",
                    -10,
                    row -> row.processes() == 0 ? "-" : Integer.toString(row.processes()),
                    VzlistField::processesJson),
            new VzlistField("onboot", "ONBOOT", -6, row -> row.value("ONBOOT").orElse("-"), row -> flag(row, "ONBOOT")),
            new VzlistField(
                    "disabled", "DISABL", -6, row -> row.value("DISABLED").orElse("no"), row -> flag(row, "DISABLED")),
            string(
                    "netfilter",
                    "NETFILTER",
                    9,
                    row -> HostConfiguration.Sharing.of(row.config(), "", VzctlRelease.OBSERVED)
                            .mode()
                            .map(NetfilterMode::text)),
            configured("bootorder", "BOOTORDER", -10, "BOOTORDER"),
            configured("cpuunits", "CPUUNI", -7, "CPUUNITS"));

    /** Those that this release has, as it has them. */
    static List<VzlistField> all(VzctlRelease release) {
        return ALL.stream()
                .filter(field -> Optional.ofNullable(SINCE.get(field.name))
                        .map(release::since)
                        .orElse(true))
                .filter(field -> !field.name.equals("netfilter") || release.hasNetfilter())
                .map(field -> field.in(release))
                .toList();
    }

    static Optional<VzlistField> of(String name, VzctlRelease release) {
        return all(release).stream().filter(field -> field.name.equals(name)).findFirst();
    }

    /** The id's header is VEID up to 3.0.22; from 7 on it is as wide as a UUID, and text in JSON. */
    private VzlistField in(VzctlRelease release) {
        if (name.equals("status") && release.wording() == VzctlRelease.Wording.VE) {
            // No word was longer before there was "suspended".
            return new VzlistField(name, header, 7, textOf, json);
        }
        if (!List.of("ctid", "veid", "vpsid").contains(name)) {
            return this;
        }
        String head = release.wording() == VzctlRelease.Wording.VE ? "VEID" : header;
        return release.hasUuids()
                ? new VzlistField(
                        name, head, -36, textOf, row -> quoted(row.ctid().text()))
                : new VzlistField(name, head, width, textOf, json);
    }

    String text(VzlistRow row) {
        return textOf.apply(row);
    }

    private static VzlistField number(String name, String header) {
        return new VzlistField(
                name, header, -10, row -> row.ctid().text(), row -> row.ctid().text());
    }

    private static VzlistField configured(String name, String header, int width, String key) {
        return string(name, header, width, row -> row.value(key));
    }

    private static VzlistField string(
            String name, String header, int width, Function<VzlistRow, Optional<String>> value) {
        return new VzlistField(
                name,
                header,
                width,
                row -> value.apply(row).orElse("-"),
                row -> value.apply(row).map(VzlistField::quoted).orElse("null"));
    }

    private static VzlistField list(String name, String header, String key) {
        return new VzlistField(
                name,
                header,
                15,
                row -> words(row, key).findFirst().orElse("-"),
                row -> words(row, key).map(VzlistField::quoted).collect(Collectors.joining(", ", "[", "]")));
    }

    private static Stream<String> words(VzlistRow row, String key) {
        return Stream.of(row.value(key).orElse("").split("[ \t]+")).filter(word -> !word.isEmpty());
    }

    private static String smartName(VzlistRow row) {
        return row.value("NAME").orElse(row.ctid().text());
    }

    private static String flag(VzlistRow row, String key) {
        return row.value(key)
                .map(value -> Boolean.toString(value.equals("yes")))
                .orElse("null");
    }

    private static String quoted(String text) {
        return '"' + text + '"';
    }

    /** A stopped VE's beancounters are all 0. */
    private static String processesJson(VzlistRow row) {
        boolean counted = row.processes() > 0;
        String[] limits = row.value("NUMPROC").orElse("0:0").split(":", 2);
        return String.join(
                "\n",
                "{",
                "      \"held\": " + row.processes() + ",",
                "      \"maxheld\": " + row.processes() + ",",
                "      \"barrier\": " + (counted ? limits[0] : "0") + ",",
                "      \"limit\": " + (counted ? limits[limits.length - 1] : "0") + ",",
                "      \"failcnt\": 0",
                "    }");
    }
}
