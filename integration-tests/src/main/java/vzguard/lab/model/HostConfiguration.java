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

    /** A VE's own configuration in its private area, from 7 on. */
    static final String AREA_CONFIG = "ve.conf";

    private final HostTree tree;
    private final VzctlRelease release;

    HostConfiguration(HostTree tree, VzctlRelease release) {
        this.tree = tree;
        this.release = release;
    }

    VzctlRelease release() {
        return release;
    }

    Optional<ConfigFile> global() {
        return tree.read(GLOBAL).map(ConfigFile::parse);
    }

    static String pathOf(VeId ctid) {
        return FOLDER + "/" + ctid + ".conf";
    }

    Optional<ConfigFile> ofVe(VeId ctid) {
        return tree.read(pathOf(ctid)).map(ConfigFile::parse);
    }

    /** From 7 on the configuration of a VE that is new lies in its private area, under a link (facts.md 3.1). */
    void save(VeId ctid, ConfigFile config) {
        String path = pathOf(ctid);
        if (release.keepsConfigInArea() && !ctid.isHost() && !tree.exists(path) && tree.exists(privateArea(ctid))) {
            tree.link(path, privateArea(ctid) + "/" + AREA_CONFIG);
        }
        tree.replace(path, config.text());
    }

    /** What has a configuration, the host not among it, in order. */
    List<VeId> configured() {
        return tree.list(FOLDER).stream()
                .filter(name -> name.endsWith(".conf"))
                .map(name -> name.substring(0, name.length() - ".conf".length()))
                .filter(name -> Ctid.isValid(name) && (release.hasUuids() || new VeId(name).isNumber()))
                .map(VeId::new)
                .sorted()
                .toList();
    }

    String privateArea(VeId ctid) {
        return place(ctid, "VE_PRIVATE", "/vz/private/$VEID");
    }

    String rootArea(VeId ctid) {
        return place(ctid, "VE_ROOT", "/vz/root/$VEID");
    }

    String lockFile(VeId ctid) {
        return global().flatMap(config -> config.value("LOCKDIR")).orElse("/vz/lock") + "/" + ctid + ".lck";
    }

    String dumpFile(VeId ctid) {
        return global().flatMap(config -> config.value("DUMPDIR")).orElse("/vz/dump") + "/Dump." + ctid;
    }

    private String place(VeId ctid, String key, String otherwise) {
        return ofVe(ctid)
                .flatMap(config -> config.value(key))
                .or(() -> global().flatMap(config -> config.value(key)))
                .orElse(otherwise)
                .replace("${VEID}", ctid.text())
                .replace("$VEID", ctid.text());
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
                .collect(
                        Collectors.toMap(VeId::ctid, id -> tree.read(pathOf(id)).orElse("")));
        return BootPlan.of(
                tree.read("/etc/modules").orElse(""),
                modulesLoad,
                tree.read(GLOBAL).orElse(""),
                configs,
                release);
    }

    Sharing sharing(ConfigFile config, String name) {
        return Sharing.of(config, name, release);
    }

    /** What a configuration says about netfilter, and the complaints vzctl has about it. */
    record Sharing(Optional<NetfilterMode> mode, Optional<NetfilterMask> iptables, List<String> complaints) {

        /** Reads one file; {@code name} stands in the complaints. Of lines that say the same key the last valid counts. */
        static Sharing of(ConfigFile config, String name, VzctlRelease release) {
            Optional<NetfilterMode> mode = Optional.empty();
            Optional<NetfilterMask> iptables = Optional.empty();
            List<String> complaints = new ArrayList<>();
            config.unmatchedQuotes()
                    .forEach(line -> complaints.add(
                            "Warning: can't parse " + name + ":" + line + " (unmatched quotes), skipping"));
            for (ConfigFile.Entry entry : config.entries()) {
                if (entry.key().equals("IPTABLES") && release.hasIptables()) {
                    NetfilterMask.Parsed parsed = NetfilterMask.parse(entry.value(), release);
                    parsed.unknown().forEach(word -> complaints.add(unknownModule(word)));
                    iptables = Optional.of(parsed.mask())
                            .filter(mask -> !mask.names().isEmpty());
                } else if (entry.key().equals("NETFILTER") && release.hasNetfilter() && !name.equals(GLOBAL)) {
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

    /**
     * The mask that a VE with this configuration is started with: NETFILTER, else its IPTABLES, else the global one; everything
     * where there is nothing to set any more.
     */
    NetfilterMask mask(ConfigFile config, VeId ctid) {
        if (!release.hasIptables()) {
            return NetfilterMode.FULL.mask();
        }
        Sharing own = sharing(config, pathOf(ctid));
        return own.mode()
                .map(NetfilterMode::mask)
                .or(own::iptables)
                .or(() -> global().flatMap(file -> sharing(file, GLOBAL).iptables()))
                .orElse(NetfilterMask.DEFAULT);
    }
}
