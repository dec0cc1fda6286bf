package vzguard.agent.apply;

import vzguard.agent.exec.HostFiles;
import vzguard.agent.observe.ConfigReader;
import vzguard.values.Ctid;

/** vzctl's lock of a VE: a file {@code LOCKDIR/CTID.lck} whose first line is a process id; stale when that is dead. */
final class VeLock {
    private final HostFiles files;
    private final ConfigReader configs;

    VeLock(HostFiles files) {
        this.files = files;
        this.configs = new ConfigReader(files);
    }

    boolean isHeld(Ctid ctid) {
        String directory = configs.text(configs.globalName())
                .flatMap(config -> config.value("LOCKDIR"))
                .filter(path -> path.startsWith("/"))
                .orElse("/vz/lock");
        return files.read(directory + "/" + ctid + ".lck")
                .flatMap(text -> text.lines().findFirst())
                .map(String::strip)
                .filter(pid -> pid.matches("[1-9][0-9]{0,9}"))
                .map(pid -> files.exists("/proc/" + pid))
                .orElse(false);
    }
}
