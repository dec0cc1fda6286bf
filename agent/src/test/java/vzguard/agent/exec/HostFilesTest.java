package vzguard.agent.exec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostFilesTest {
    private final FileSystem system = Jimfs.newFileSystem(Configuration.unix().toBuilder()
            .setAttributeViews("basic", "owner", "posix")
            .build());
    private final Path root = system.getPath("/host");
    private final HostFiles files = new HostFiles(root);

    @BeforeEach
    void tree() throws IOException {
        Files.createDirectories(root.resolve("etc/vz"));
        Files.createDirectories(root.resolve("etc/sysconfig"));
        Files.writeString(root.resolve("etc/vz/vz.conf"), "A=1\n");
        Files.setPosixFilePermissions(root.resolve("etc/vz/vz.conf"), PosixFilePermissions.fromString("rw-r-----"));
        Files.createSymbolicLink(root.resolve("etc/sysconfig/vz"), system.getPath("../vz/vz.conf"));
        Files.createSymbolicLink(root.resolve("etc/absolute"), system.getPath("/etc/sysconfig/vz"));
    }

    @Test
    void aFileIsReplacedBehindItsLinksWithItsModeKept() throws IOException {
        assertThat(files.realName("/etc/absolute")).isEqualTo("/etc/vz/vz.conf");
        assertThat(files.replace("/etc/absolute", "A=2\n", "rw-r--r--")).isTrue();
        assertThat(Files.readString(root.resolve("etc/vz/vz.conf"))).isEqualTo("A=2\n");
        assertThat(Files.isSymbolicLink(root.resolve("etc/sysconfig/vz"))).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("etc/vz/vz.conf"))))
                .isEqualTo("rw-r-----");
        assertThat(files.list("/etc/vz")).containsExactly("vz.conf");
    }

    @Test
    void anEqualContentWritesNothing() throws IOException {
        FileTime before = FileTime.fromMillis(1);
        Files.setLastModifiedTime(root.resolve("etc/vz/vz.conf"), before);
        assertThat(files.replace("/etc/vz/vz.conf", "A=1\n", "rw-r--r--")).isFalse();
        assertThat(Files.getLastModifiedTime(root.resolve("etc/vz/vz.conf"))).isEqualTo(before);
    }

    @Test
    void aLinkIsMadeInPlaceOfWhatHadItsName() {
        assertThat(files.link("/etc/vz/vz.conf")).isEmpty();
        assertThat(files.link("/etc/no/such")).isEmpty();
        for (String target : new String[] {"../vz/vz.conf", "/etc/vz/vz.conf"}) {
            files.replaceLink("/etc/rc.d/rc3.d/S09vz", target);
            assertThat(files.link("/etc/rc.d/rc3.d/S09vz")).contains(target);
        }
        assertThat(files.read("/etc/rc.d/rc3.d/S09vz"))
                .as("followed inside the root")
                .contains("A=1\n");
        assertThat(files.list("/etc/rc.d/rc3.d")).containsExactly("S09vz");
        assertThat(files.delete("/etc/rc.d/rc3.d/S09vz")).isTrue();
        assertThat(files.read("/etc/vz/vz.conf")).contains("A=1\n");
    }

    @Test
    void aNewFileGetsItsDirectoriesAndItsMode() {
        files.replace("/etc/network/if-pre-up.d/vzguard", "#!/bin/sh\n", "rwxr-xr-x");
        assertThat(files.isExecutable("/etc/network/if-pre-up.d/vzguard")).isTrue();
        assertThat(files.ensureMode("/etc/network/if-pre-up.d/vzguard", "rwxr-xr-x"))
                .isFalse();
        assertThat(files.delete("/etc/network/if-pre-up.d/vzguard")).isTrue();
        assertThat(files.delete("/etc/network/if-pre-up.d/vzguard")).isFalse();
    }

    @Test
    void aLinkThatLeadsInACircleIsNoFile() throws IOException {
        Files.createSymbolicLink(root.resolve("etc/loop"), system.getPath("/etc/loop"));
        assertThat(files.read("/etc/loop")).isEmpty();
        assertThat(files.exists("/etc/loop")).isFalse();
    }
}
