package vzguard.agent.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import vzguard.agent.boot.BootFile;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.boot.BootLayout.Boot;
import vzguard.agent.boot.BootSeen;
import vzguard.agent.exec.HostFiles;

class BootReaderTest {
    @TempDir
    Path root;

    @Test
    void whatAVePrintedIsReadWithItsContent() {
        BootSeen seen = BootReader.inside(List.of(
                "directory /etc/systemd/system",
                "directory /run/systemd/system",
                "script /etc/vzguard/load",
                "| #!/bin/sh",
                "| link /etc/runlevels/default/vzguard-guard /etc/passwd",
                "text /etc/systemd/system/vzguard-guard.service",
                "link /etc/systemd/system/multi-user.target.wants/vzguard-guard.service /a name with blanks"));
        assertThat(seen.layout()).isEqualTo(new BootLayout(Boot.SYSTEMD, false));
        assertThat(seen.files())
                .containsExactly(
                        BootFile.script(
                                "/etc/vzguard/load",
                                "#!/bin/sh\nlink /etc/runlevels/default/vzguard-guard /etc/passwd\n"),
                        BootFile.text("/etc/systemd/system/vzguard-guard.service", ""),
                        BootFile.link(
                                "/etc/systemd/system/multi-user.target.wants/vzguard-guard.service",
                                "/a name with blanks"));
        assertThat(seen.loads()).isFalse();
    }

    /** Names that a VE's owner makes up would be removed some day. */
    @Test
    void onlyOwnNamesAreTakenFromAVe() {
        assertThat(BootReader.inside(List.of(
                                "script /etc/passwd",
                                "| root",
                                "text",
                                "link /etc/passwd /x",
                                "link /etc/runlevels/default/vzguard-guard",
                                "script /etc/runlevels/default/vzguard-guard",
                                "cat: what is this"))
                        .files())
                .isEmpty();
    }

    @Test
    void aHostIsReadFromItsFiles() {
        HostFiles files = new HostFiles(root);
        files.replace("/etc/rc.d/rc3.d/README", "", "rw-r--r--");
        BootLayout layout = new BootLayout(Boot.SYSV, false);
        for (BootFile file : layout.files()) {
            if (file.kind() == BootFile.Kind.LINK) {
                files.replaceLink(file.path(), file.content());
            } else {
                files.replace(file.path(), file.content(), file.mode());
            }
        }
        BootSeen seen = BootReader.onHost(files);
        assertThat(seen.layout()).isEqualTo(layout);
        assertThat(seen.loads()).isTrue();
        files.delete("/etc/rc.d/rc5.d/S09vzguard-guard");
        assertThat(BootReader.onHost(files).loads()).isFalse();
    }
}
