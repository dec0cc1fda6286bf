package vzguard.lab.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import vzguard.values.Ctid;

/** Where a host keeps its VEs' files, and what stands in them. {@code $VEID} in a path is the VE's number. */
final class HostConfiguration {
    static final String GLOBAL = "/etc/vz/vz.conf";
    static final String FOLDER = "/etc/vz/conf";

    private final HostTree tree;

    HostConfiguration(HostTree tree) {
        this.tree = tree;
    }

    Optional<ConfigFile> global() {
        return tree.read(GLOBAL).map(ConfigFile::parse);
    }

    static String pathOf(long ctid) {
        return FOLDER + "/" + ctid + ".conf";
    }

    Optional<ConfigFile> ofVe(long ctid) {
        return tree.read(pathOf(ctid)).map(ConfigFile::parse);
    }

    void save(long ctid, ConfigFile config) {
        tree.replace(pathOf(ctid), config.text());
    }

    /** Numbers with a configuration, 0 (the host) not among them, ascending. */
    List<Long> configured() {
        return tree.list(FOLDER).stream()
                .filter(name -> name.matches("[1-9][0-9]{0,9}\\.conf"))
                .map(name -> Long.parseLong(name.substring(0, name.length() - ".conf".length())))
                .filter(number -> number <= Ctid.MAX_NUMBER)
                .sorted()
                .toList();
    }

    String privateArea(long ctid) {
        return place(ctid, "VE_PRIVATE", "/vz/private/$VEID");
    }

    String rootArea(long ctid) {
        return place(ctid, "VE_ROOT", "/vz/root/$VEID");
    }

    String lockFile(long ctid) {
        return global().flatMap(config -> config.value("LOCKDIR")).orElse("/vz/lock") + "/" + ctid + ".lck";
    }

    String dumpFile(long ctid) {
        return global().flatMap(config -> config.value("DUMPDIR")).orElse("/vz/dump") + "/Dump." + ctid;
    }

    private String place(long ctid, String key, String otherwise) {
        return ofVe(ctid)
                .flatMap(config -> config.value(key))
                .or(() -> global().flatMap(config -> config.value(key)))
                .orElse(otherwise)
                .replace("${VEID}", Long.toString(ctid))
                .replace("$VEID", Long.toString(ctid));
    }

    /** The plan of a boot with the files as they are now. */
    BootPlan bootPlan() {
        SortedMap<String, String> modulesLoad = new TreeMap<>();
        for (String name : tree.list("/etc/modules-load.d")) {
            if (name.endsWith(".conf")) {
                modulesLoad.put(name, tree.read("/etc/modules-load.d/" + name).orElse(""));
            }
        }
        Map<Ctid, String> configs = configured().stream()
                .collect(Collectors.toMap(
                        number -> new Ctid(number.toString()),
                        number -> tree.read(pathOf(number)).orElse("")));
        return BootPlan.of(
                tree.read("/etc/modules").orElse(""),
                modulesLoad,
                tree.read(GLOBAL).orElse(""),
                configs);
    }

    /** What a configuration says about netfilter, and the complaints vzctl has about it. */
    record Sharing(Optional<NetfilterMode> mode, Optional<NetfilterMask> iptables, List<String> complaints) {

        /** Reads one file; {@code name} stands in the complaints. Of lines that say the same key the last valid counts. */
        static Sharing of(ConfigFile config, String name) {
            Optional<NetfilterMode> mode = Optional.empty();
            Optional<NetfilterMask> iptables = Optional.empty();
            List<String> complaints = new ArrayList<>();
            config.unmatchedQuotes()
                    .forEach(line -> complaints.add(
                            "Warning: can't parse " + name + ":" + line + " (unmatched quotes), skipping"));
            for (ConfigFile.Entry entry : config.entries()) {
                if (entry.key().equals("IPTABLES")) {
                    NetfilterMask.Parsed parsed = NetfilterMask.parse(entry.value());
                    parsed.unknown().forEach(word -> complaints.add(unknownModule(word)));
                    iptables = Optional.of(parsed.mask())
                            .filter(mask -> !mask.names().isEmpty());
                } else if (entry.key().equals("NETFILTER") && !name.equals(GLOBAL)) {
                    Optional<NetfilterMode> found = NetfilterMode.of(entry.value());
                    if (found.isEmpty()) {
                        complaints.add("Incorrect netfilter value: " + entry.value());
                        complaints.add("Warning at " + name + ":" + entry.number() + ": invalid value for NETFILTER (\""
                                + entry.value() + "\"), skipped");
                    }
                    mode = found.isPresent() ? found : mode;
                }
            }
            return new Sharing(mode, iptables, List.copyOf(complaints));
        }

        static String unknownModule(String word) {
            return "Warning: Unknown iptable module: " + word + ", skipped";
        }
    }

    /** The mask that a VE with this configuration is started with: NETFILTER, else its IPTABLES, else the global one. */
    static NetfilterMask mask(Optional<ConfigFile> global, ConfigFile config, long ctid) {
        Sharing own = Sharing.of(config, pathOf(ctid));
        return own.mode()
                .map(NetfilterMode::mask)
                .or(own::iptables)
                .or(() -> global.flatMap(file -> Sharing.of(file, GLOBAL).iptables()))
                .orElse(NetfilterMask.DEFAULT);
    }
}
