package vzguard.agent.diagnose;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vzguard.agent.dialect.Dialect;
import vzguard.agent.dialect.KernelNames;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.Family;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.Place;
import vzguard.agent.tools.PlacePrograms;
import vzguard.values.Ctid;

/** Reads {@link Signs}: files of the host, and one or two programs in the place. Changes nothing. */
final class SignsReader {
    private static final List<String> DISABLE_VE0 = List.of(
            "/sys/module/nf_conntrack/parameters/ip_conntrack_disable_ve0",
            "/sys/module/ip_conntrack/parameters/ip_conntrack_disable_ve0");
    private static final String MODPROBE_FOLDER = "/etc/modprobe.d";
    private static final String MODPROBE_FILE = "/etc/modprobe.conf";
    private static final String BEANCOUNTERS = "/proc/user_beancounters";
    private static final String PRE_UP = "/etc/network/if-pre-up.d";
    private static final String INTERFACES = "/proc/net/if_inet6";
    private static final String OWN_SCRIPT = "vzguard";
    private static final Pattern FORBIDS =
            Pattern.compile("\\s*(?:blacklist\\s+(\\S+)|install\\s+(\\S+)\\s+(?:/usr)?/bin/(?:true|false))\\s*");
    private static final Pattern COUNTER =
            Pattern.compile("\\s*(?:(\\d+|[0-9a-fA-F-]{36}):)?\\s*(\\S+)((?:\\s+\\d+){5})\\s*");
    private static final Pattern LIST = Pattern.compile("@list (\\S+) (\\d{1,6})");
    private static final Pattern SCRIPT = Pattern.compile("@script (plain|executable) (\\S+)");

    /** Scripts with their lines after them, each behind a bar, and lists with how many addresses they hold. */
    private static final String LOOK = "for file in " + PRE_UP + "/*; do [ -f \"$file\" ] || continue;"
            + " grep -q iptables \"$file\" || continue; kind=plain; [ ! -x \"$file\" ] || kind=executable;"
            + " echo \"@script $kind $file\"; sed 's/^/| /' \"$file\"; done;"
            + " for folder in /proc/net/xt_recent /proc/net/ipt_recent; do [ -d \"$folder\" ] || continue;"
            + " for list in $(ls \"$folder\"); do echo \"@list $list $(grep -c . \"$folder/$list\")\"; done; done; exit 0";

    private final HostFiles files;
    private final PlacePrograms programs;

    SignsReader(HostFiles files, PlacePrograms programs) {
        this.files = files;
        this.programs = programs;
    }

    /** @param reachable programs can be run in the place */
    Signs read(Place place, HostSnapshot host, boolean reachable) {
        Map<String, Integer> lists = new HashMap<>();
        List<Signs.BootScript> scripts = new ArrayList<>();
        if (place.inside().isEmpty()) {
            onHost(lists, scripts);
        } else if (reachable) {
            inside(programs.run(place, "", "sh", "-c", LOOK).out().lines().toList(), lists, scripts);
        }
        List<String> parameters = Dialect.of(host).kernel().recentParameters();
        return new Signs(
                conntrackOff(),
                forbidden(),
                parameter(parameters, "ip_pkt_list_tot"),
                parameter(parameters, "ip_list_tot"),
                place.ctid().flatMap(this::rules),
                lists,
                scripts,
                reachable
                        ? programs.run(place, "", Family.V4.program() + "-save", "-t", "filter")
                                .out()
                        : "",
                place.ctid()
                        .map(ctid -> host.ve(ctid)
                                .filter(ve -> !ve.addresses(Family.V6).isEmpty())
                                .isPresent())
                        .orElseGet(this::hostHasIpv6));
    }

    private void onHost(Map<String, Integer> lists, List<Signs.BootScript> scripts) {
        for (String folder : List.of("/proc/net/xt_recent", "/proc/net/ipt_recent")) {
            files.list(folder)
                    .forEach(name -> lists.put(name, (int) files.read(folder + "/" + name).stream()
                            .flatMap(String::lines)
                            .filter(line -> !line.isBlank())
                            .count()));
        }
        for (String name : files.list(PRE_UP)) {
            String path = PRE_UP + "/" + name;
            files.read(path)
                    .filter(text -> text.contains("iptables") && !name.equals(OWN_SCRIPT))
                    .ifPresent(text -> scripts.add(new Signs.BootScript(path, files.isExecutable(path), text)));
        }
    }

    /** What the constant script printed in a VE; a VE may print anything. */
    static void inside(List<String> printed, Map<String, Integer> lists, List<Signs.BootScript> scripts) {
        for (int i = 0; i < printed.size(); i++) {
            Matcher list = LIST.matcher(printed.get(i));
            Matcher script = SCRIPT.matcher(printed.get(i));
            if (list.matches()) {
                lists.put(list.group(1), Integer.valueOf(list.group(2)));
            } else if (script.matches()) {
                StringBuilder text = new StringBuilder();
                for (int line = i + 1;
                        line < printed.size() && printed.get(line).startsWith("| ");
                        line++) {
                    text.append(printed.get(line).substring(2)).append('\n');
                }
                Signs.BootScript found = new Signs.BootScript(
                        Evidence.clean(script.group(2)), script.group(1).equals("executable"), text.toString());
                if (!found.name().equals(OWN_SCRIPT)) {
                    scripts.add(found);
                }
            }
        }
    }

    private Optional<Evidence> conntrackOff() {
        return DISABLE_VE0.stream()
                .flatMap(path -> files
                        .read(path)
                        .filter(value ->
                                value.strip().equals("1") || value.strip().equals("Y"))
                        .map(value -> Evidence.ofFile(path, value))
                        .stream())
                .findFirst();
    }

    private List<Evidence> forbidden() {
        List<Evidence> found = new ArrayList<>();
        Stream.concat(
                        Stream.of(MODPROBE_FILE),
                        files.list(MODPROBE_FOLDER).stream().map(name -> MODPROBE_FOLDER + "/" + name))
                .forEach(path -> files.read(path).stream()
                        .flatMap(String::lines)
                        .filter(SignsReader::forbidsRecent)
                        .forEach(line -> found.add(Evidence.ofFile(path, line.strip()))));
        return found;
    }

    static boolean forbidsRecent(String line) {
        Matcher matcher = FORBIDS.matcher(line);
        if (!matcher.matches()) {
            return false;
        }
        String module = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return KernelNames.of("ipt_recent").contains(KernelNames.normal(module));
    }

    private Optional<Signs.Parameter> parameter(List<String> folders, String name) {
        return folders.stream()
                .flatMap(folder -> files
                        .read(folder + name)
                        .map(String::strip)
                        .filter(text -> text.matches("\\d{1,8}"))
                        .map(text -> new Signs.Parameter(folder + name, Integer.parseInt(text)))
                        .stream())
                .findFirst();
    }

    private Optional<Signs.RuleCount> rules(Ctid ctid) {
        return files.read(BEANCOUNTERS).flatMap(text -> rules(text, ctid));
    }

    /** The row {@code numiptent} of a VE: its first row begins with its id, the others with blanks. */
    static Optional<Signs.RuleCount> rules(String beancounters, Ctid ctid) {
        String owner = "";
        for (String line : beancounters.lines().toList()) {
            Matcher matcher = COUNTER.matcher(line);
            if (!matcher.matches()) {
                continue;
            }
            owner = matcher.group(1) == null ? owner : matcher.group(1);
            if (owner.equals(ctid.text()) && matcher.group(2).equals("numiptent")) {
                String[] numbers = matcher.group(3).strip().split("\\s+");
                return Optional.of(new Signs.RuleCount(
                        number(numbers[0]),
                        number(numbers[2]),
                        number(numbers[4]),
                        Evidence.ofFile(BEANCOUNTERS, ctid + ": " + line.strip())));
            }
        }
        return Optional.empty();
    }

    /** An unlimited one is LONG_MAX. */
    private static long number(String digits) {
        return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    /** Fields of a line: address, index, length, scope (00 is global), flags, name. */
    private boolean hostHasIpv6() {
        return files.read(INTERFACES).stream()
                .flatMap(String::lines)
                .map(line -> line.strip().split("\\s+"))
                .anyMatch(words -> words.length == 6 && words[3].equals("00") && !words[5].equals("lo"));
    }
}
