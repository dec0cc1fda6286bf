package vzguard.lab.model;

import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** {@code vzlist}: text and JSON. Lists the running VEs, or all, or the named ones. */
final class Vzlist {
    private final OpenVzHost host;
    private final ProgramOutput output;

    Vzlist(OpenVzHost host, ProgramOutput output) {
        this.host = host;
        this.output = output;
    }

    int run(List<String> arguments) {
        VzlistOptions options = VzlistOptions.parse(arguments, host.vzctl());
        if (options.usage()) {
            VzlistOptions.USAGE
                    .lines()
                    .filter(line -> host.vzctl().hasJson() || !line.contains("JSON"))
                    .forEach(output::out);
            return 1;
        }
        if (options.listFields()) {
            VzlistField.all(host.vzctl())
                    .forEach(field -> output.out(String.format("%-15s %-15s", field.name(), field.header())));
            return 0;
        }
        for (String name : options.fields()) {
            if (VzlistField.of(name, host.vzctl()).isEmpty()) {
                output.err("Unknown field: " + name);
                return 1;
            }
        }
        return list(options);
    }

    private int list(VzlistOptions options) {
        Optional<ConfigFile> global = host.configuration().global();
        if (global.isEmpty()) {
            output.err("Unable to open " + HostConfiguration.GLOBAL + ": No such file or directory");
        }
        global.ifPresent(config -> host.configuration()
                .sharing(config, HostConfiguration.GLOBAL)
                .complaints()
                .forEach(output::err));
        SortedSet<VeId> named = new TreeSet<>();
        for (String word : options.ves()) {
            Optional<VeId> number = VeId.looksLikeNumber(word)
                    ? VeId.number(word)
                    : host.names()
                            .find(word)
                            .or(() -> VeId.uuid(word).filter(id -> host.vzctl().hasUuids()));
            if (number.isEmpty()) {
                output.err("CT ID " + word + " is invalid.");
                return 1;
            }
            named.add(number.get());
        }
        List<VzlistRow> rows = rows(options, named);
        if (rows.isEmpty()) {
            if (options.json()) {
                output.out("[]");
            } else {
                output.err("Container(s) not found");
            }
            return 1;
        }
        // The whole JSON record holds fair-share numbers, which only a kernel with fairsched can tell.
        if (options.json() && options.fields().isEmpty() && !host.tree().exists("/proc/fairsched")) {
            output.err("Unable to open /proc/fairsched: No such file or directory");
            return named.isEmpty() ? 0 : 1;
        }
        List<VzlistField> fields = options.shownFields(host.vzctl());
        (options.json() ? VzlistRendering.json(fields, rows) : VzlistRendering.text(fields, rows, options.header()))
                .forEach(output::out);
        return 0;
    }

    private List<VzlistRow> rows(VzlistOptions options, SortedSet<VeId> named) {
        SortedSet<VeId> numbers = new TreeSet<>(host.configuration().configured());
        host.floor().liveVes().stream().map(VeId::of).forEach(numbers::add);
        List<VzlistRow> rows = new ArrayList<>();
        for (VeId number : numbers) {
            if (!named.isEmpty() && !named.contains(number)) {
                continue;
            }
            row(number).filter(row -> shows(row, options, !named.isEmpty())).ifPresent(rows::add);
        }
        rows.sort(order(options.sort()));
        return rows;
    }

    private Optional<VzlistRow> row(VeId ctid) {
        boolean running = host.isRunning(ctid);
        String privateArea = host.configuration().privateArea(ctid);
        if (!running && !host.tree().exists(privateArea)) {
            return Optional.empty();
        }
        Optional<ConfigFile> config = host.configuration().ofVe(ctid);
        String path = HostConfiguration.pathOf(ctid);
        if (config.isEmpty()) {
            output.err("Unable to open " + path + ": No such file or directory");
        } else {
            host.configuration().sharing(config.get(), path).complaints().forEach(output::err);
        }
        return Optional.of(new VzlistRow(
                ctid,
                status(ctid, running),
                host.floor().processCount(ctid.ctid()),
                privateArea,
                host.configuration().rootArea(ctid),
                config.orElse(ConfigFile.parse(""))));
    }

    private String status(VeId ctid, boolean running) {
        if (running) {
            return "running";
        }
        if (host.tree().exists(host.configuration().dumpFile(ctid))) {
            return "suspended";
        }
        return host.isMounted(ctid) ? "mounted" : "stopped";
    }

    private static boolean shows(VzlistRow row, VzlistOptions options, boolean isNamed) {
        boolean byState = isNamed
                || options.all()
                || (options.stopped()
                        ? row.status().equals("stopped")
                        : row.status().equals("running"));
        return byState
                && matches(options.hostnamePattern(), row.value("HOSTNAME"))
                && matches(options.namePattern(), row.value("NAME"))
                && matches(options.descriptionPattern(), row.value("DESCRIPTION"));
    }

    private static boolean matches(Optional<String> pattern, Optional<String> text) {
        if (pattern.isEmpty()) {
            return true;
        }
        return text.isPresent()
                && FileSystems.getDefault()
                        .getPathMatcher("glob:" + pattern.get())
                        .matches(Path.of(text.get()));
    }

    private Comparator<VzlistRow> order(String sort) {
        boolean descending = sort.startsWith("-");
        String name = descending ? sort.substring(1) : sort;
        Comparator<VzlistRow> byNumber = Comparator.comparing(VzlistRow::ctid);
        Comparator<VzlistRow> order = VzlistField.of(name, host.vzctl())
                .filter(field -> !field.name().equals("ctid"))
                .map(field ->
                        Comparator.comparing((VzlistRow row) -> field.text(row)).thenComparing(byNumber))
                .orElse(byNumber);
        return descending ? order.reversed() : order;
    }
}
