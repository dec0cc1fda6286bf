package vzguard.agent.enrol;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The folder {@code identity} of the state directory: {@code key.pem} (0600), {@code ca.pem}, {@code cert.pem}. The
 * certificate is written last: a folder without it is no identity, and is enrolled anew.
 */
public final class IdentityFolder {
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE);

    private final Path folder;

    /** @param stateDirectory the agent's */
    public IdentityFolder(Path stateDirectory) {
        this.folder = stateDirectory.resolve("identity");
    }

    /**
     * The identity, or nothing when this host has not enrolled.
     *
     * @throws IOException when there is one that must not or cannot be used; the message says how to mend it
     */
    public Optional<Identity> load() throws IOException {
        Path key = folder.resolve("key.pem");
        Path certificate = folder.resolve("cert.pem");
        if (!Files.exists(certificate)) {
            return Optional.empty();
        }
        Set<PosixFilePermission> open = EnumSet.copyOf(OTHERS);
        open.retainAll(Files.getPosixFilePermissions(key));
        if (!open.isEmpty()) {
            throw new IOException(key + " can be read or written by others, so it is not used. If nobody had access:"
                    + " chmod 600 " + key + "; otherwise remove " + folder + " and enrol again");
        }
        try {
            return Optional.of(new Identity(
                    Files.readString(key), Files.readString(certificate), Files.readString(folder.resolve("ca.pem"))));
        } catch (IllegalArgumentException e) {
            throw new IOException(
                    "the identity in " + folder + " is damaged: " + e.getMessage() + "; remove it and enrol again", e);
        }
    }

    public void store(Identity identity) throws IOException {
        write("key.pem", identity.keyPem());
        write("ca.pem", identity.caPem());
        write("cert.pem", identity.certificatePem());
    }

    private void write(String name, String content) throws IOException {
        DurableFile.replace(folder.resolve(name), content.getBytes(StandardCharsets.US_ASCII));
    }
}
