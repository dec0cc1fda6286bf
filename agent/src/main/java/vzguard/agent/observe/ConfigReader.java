package vzguard.agent.observe;

import java.util.List;
import java.util.Optional;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.NetfilterMode;
import vzguard.agent.model.ShareConfig;
import vzguard.agent.tools.ConfigText;
import vzguard.values.Ctid;

/** Where the configs are: vz.conf (a symbolic link's target on RPM systems) and one file per VE. */
public final class ConfigReader {
    private static final List<String> GLOBAL = List.of("/etc/vz/vz.conf", "/etc/sysconfig/vz");

    private static final String VE_FOLDER = "/etc/vz/conf/";

    private final HostFiles files;

    public ConfigReader(HostFiles files) {
        this.files = files;
    }

    /** Name of vz.conf on this host, links not followed. */
    public String globalName() {
        return GLOBAL.stream().filter(files::exists).findFirst().orElse(GLOBAL.get(0));
    }

    public static String veName(Ctid ctid) {
        return VE_FOLDER + ctid + ".conf";
    }

    /** Whether a name is one of {@link #veName}. */
    public static boolean isOfVe(String name) {
        return name.startsWith(VE_FOLDER);
    }

    public Optional<ConfigText> text(String name) {
        return files.read(name).map(ConfigText::parse);
    }

    /** What a config says about sharing. */
    public ShareConfig share(String name) {
        return text(name)
                .map(config -> new ShareConfig(
                        files.realName(name),
                        config.words("IPTABLES"),
                        config.value("NETFILTER").flatMap(NetfilterMode::parse),
                        config.duplicates("IPTABLES", "NETFILTER"),
                        config.toString()))
                .orElseGet(() -> ShareConfig.absent(name));
    }
}
