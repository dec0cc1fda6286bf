package vzguard.lab.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The command line of vzlist.
 *
 * @param fields as asked with {@code -o}; empty for the usual ones
 * @param sort a field, with {@code -} in front for the other way round
 * @param ves the VEs named, by number or name
 */
record VzlistOptions(
        boolean usage,
        boolean listFields,
        boolean all,
        boolean stopped,
        boolean byName,
        boolean header,
        boolean json,
        List<String> fields,
        String sort,
        Optional<String> hostnamePattern,
        Optional<String> namePattern,
        Optional<String> descriptionPattern,
        List<String> ves) {

    static final String USAGE = """
            Usage:\tvzlist [-a | -S] [-n] [-H] [-o field[,field...] | -1] [-s [-]field]
            \t       [-h pattern] [-N pattern] [-d pattern] [CTID [CTID ...]]
            \tvzlist -L | --list

            Options:
            \t-a, --all\t\tlist all containers
            \t-S, --stopped\t\tlist stopped containers
            \t-n, --name\t\tdisplay containers' names
            \t-H, --no-header\t\tsuppress columns header
            \t-t, --no-trim\t\tdo not trim long values
            \t-j, --json\t\toutput in JSON format
            \t-o, --output\t\toutput only specified fields
            \t-1\t\t\tsynonym for -H -octid
            \t-s, --sort\t\tsort by the specified field
            \t\t\t\t('-field' to reverse sort order)
            \t-h, --hostname\t\tfilter CTs by hostname pattern
            \t-N, --name_filter\tfilter CTs by name pattern
            \t-d, --description\tfilter CTs by description pattern
            \t-L, --list\t\tget possible field names
            """;

    static VzlistOptions parse(List<String> arguments, VzctlRelease release) {
        Reader reader = new Reader(arguments, release);
        while (!reader.left.isEmpty() && !reader.usage) {
            reader.option(reader.left.remove(0));
        }
        return reader.result();
    }

    /** From 7 on the addresses are the configured ones (facts.md 2). */
    List<VzlistField> shownFields(VzctlRelease release) {
        List<String> names = fields;
        if (names.isEmpty()) {
            String first = VzlistField.of("ctid", release).isPresent() ? "ctid" : "veid";
            String named = VzlistField.of("smart_name", release).isPresent() ? "smart_name" : "name";
            names = List.of(
                    byName ? named : first,
                    "numproc",
                    "status",
                    release.hasUuids() ? "configured_ip" : "ip",
                    "hostname");
        }
        return names.stream()
                .flatMap(name -> VzlistField.of(name, release).stream())
                .toList();
    }

    private static final class Reader {
        private final List<String> left;
        private final VzctlRelease release;
        private final List<String> ves = new ArrayList<>();
        private List<String> fields = List.of();
        private String sort = "veid";
        private Optional<String> hostname = Optional.empty();
        private Optional<String> name = Optional.empty();
        private Optional<String> description = Optional.empty();
        private boolean usage;
        private boolean listFields;
        private boolean all;
        private boolean stopped;
        private boolean byName;
        private boolean header = true;
        private boolean json;

        Reader(List<String> arguments, VzctlRelease release) {
            this.left = new ArrayList<>(arguments);
            this.release = release;
        }

        VzlistOptions result() {
            return new VzlistOptions(
                    usage,
                    listFields,
                    all,
                    stopped,
                    byName,
                    header,
                    json,
                    fields,
                    sort,
                    hostname,
                    name,
                    description,
                    ves);
        }

        void option(String word) {
            if (word.matches("-[aSnHtj1L]{2,}") || word.matches("-[oshNd].+")) {
                // getopt: flags may be bundled, and a value may stick to its letter.
                boolean takesValue = word.matches("-[oshNd].+");
                left.add(0, takesValue ? word.substring(2) : "-" + word.substring(2));
                option(word.substring(0, 2));
                return;
            }
            switch (word) {
                case "-a", "--all" -> all = true;
                case "-S", "--stopped" -> stopped = true;
                case "-n", "--name" -> byName = true;
                case "-H", "--no-header" -> header = false;
                case "-t", "--no-trim" -> {}
                case "-j", "--json" -> {
                    json = release.hasJson();
                    usage |= !json;
                }
                case "-L", "--list" -> listFields = true;
                case "-1" -> {
                    header = false;
                    fields = List.of("veid");
                }
                case "-o", "--output" -> fields = Stream.of(value().split(",")).toList();
                case "-s", "--sort" -> sort = value();
                case "-h", "--hostname" -> hostname = Optional.of(value());
                case "-N", "--name_filter" -> name = Optional.of(value());
                case "-d", "--description" -> description = Optional.of(value());
                default -> {
                    usage |= word.startsWith("-");
                    ves.add(word);
                }
            }
        }

        private String value() {
            usage |= left.isEmpty();
            return left.isEmpty() ? "" : left.remove(0);
        }
    }
}
