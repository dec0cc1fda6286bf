package vzguard.lab.real;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import vzguard.values.Ctid;

/** The roots of one host's VEs during one boot: overlays over what every VE of the lab has, mounted at {@code /vz/root/CTID}. */
final class VeTrees {
    private static final String LOWER = "/run/vzguard-lab/lower";

    private final HostNode host;
    private final long init;
    private final Set<Ctid> mounted = ConcurrentHashMap.newKeySet();

    /** @param init the host's process 1 by its number on the machine */
    VeTrees(HostNode host, long init) {
        this.host = host;
        this.init = init;
    }

    boolean isMounted(Ctid ctid) {
        return mounted.contains(ctid);
    }

    void mount(Ctid ctid) {
        String options = "lowerdir=" + LOWER + "/ve:" + LOWER + "/common:" + LOWER + "/packages:" + LOWER
                + "/machine,upperdir=" + host.generation().rootOf(ctid) + ",workdir=/vz/.work/" + ctid.text();
        try {
            Files.createDirectories(host.directory().resolve("vz/.work").resolve(ctid.text()));
            Files.createDirectories(host.directory().resolve("vz/root").resolve(ctid.text()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        inHost("mount", "-t", "overlay", "-o", options, "ve" + ctid.text(), "/vz/root/" + ctid.text());
        mounted.add(ctid);
    }

    void unmount(Ctid ctid) {
        // Somebody on the host may still look into the VE's tree; that must not keep the VE from stopping.
        inHost("umount", "-l", "/vz/root/" + ctid.text());
        mounted.remove(ctid);
    }

    private void inHost(String... command) {
        Programs.check(Entry.into(init, command));
    }
}
