package vzguard.agent.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.plan.ModuleLines;

class ModuleFilesTest {
    @TempDir
    Path root;

    private HostFiles files() {
        return new HostFiles(root);
    }

    private void write(String path, String text, String mode) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private java.util.Map<String, String> persisted() {
        return ModuleFiles.persisted(files(), Optional.empty(), "/etc/vz/vz.conf");
    }

    @Test
    void eachInitHasItsPlace() throws IOException {
        assertThat(ModuleFiles.path(files())).isEqualTo("/etc/modules");
        Files.createDirectories(root.resolve("etc/rc.d/rc3.d"));
        assertThat(ModuleFiles.path(files())).isEqualTo("/etc/sysconfig/modules/vzguard.modules");
        Files.createDirectories(root.resolve("etc/modules-load.d"));
        assertThat(ModuleFiles.path(files())).as("RHEL 7 has both").isEqualTo("/etc/modules-load.d/vzguard.conf");
    }

    @Test
    void onRhel6OnlyExecutableScriptsLoad() throws IOException {
        Files.createDirectories(root.resolve("etc/rc.d/rc3.d"));
        write("etc/modules", "ipt_state\n", "rw-r--r--");
        write(
                "etc/sysconfig/modules/a.modules",
                "#!/bin/sh\n[ -c /dev/x ] ||\n  exec /sbin/modprobe -q ipt-recent >/dev/null 2>&1\n",
                "rwxr-xr-x");
        write("etc/sysconfig/modules/b.modules", "modprobe ipt_REJECT\n", "rw-r--r--");
        write("etc/sysconfig/modules/c.old", "modprobe ipt_LOG\n", "rwxr-xr-x");
        assertThat(persisted()).containsOnlyKeys("ipt_recent");
    }

    @Test
    void whatIsAddedIsFoundAgain() throws IOException {
        Files.createDirectories(root.resolve("etc/rc.d/rc3.d"));
        String path = ModuleFiles.OWN_SCRIPT;
        String one = ModuleLines.added(path, "", java.util.List.of("ipt_recent"));
        String two = ModuleLines.added(path, one, java.util.List.of("ip6table_filter"));
        assertThat(two).isEqualTo("""
                #!/bin/sh
                # Loaded at boot; written by vzguard.
                modprobe ipt_recent >/dev/null 2>&1
                modprobe ip6table_filter >/dev/null 2>&1
                """);
        write(path.substring(1), two, "rwxr-xr-x");
        assertThat(persisted())
                .containsOnlyKeys("ipt_recent", "ip6table_filter")
                .containsValue(path);
    }
}
