package vzguard.controller.identity;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import vzguard.controller.store.StateUnusable;
import vzguard.enrolment.CaPin;
import vzguard.enrolment.CsrEncoder;
import vzguard.enrolment.Pem;

/**
 * The controller's own CA: P-256, 10 years, kept in a folder of mode 0700 whose files are 0600. Signs its own server
 * certificate (1 year) and the leaves of agents and operators (90 days). Safe for use by many threads.
 */
public final class CertificateAuthority {
    static final Duration LEAF_LIFE = Duration.ofDays(90);
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3653);
    private static final Duration SERVER_LIFE = Duration.ofDays(365);

    private final Path folder;
    private final PrivateKey key;
    private final X509Certificate certificate;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    private CertificateAuthority(Path folder, PrivateKey key, X509Certificate certificate, Clock clock) {
        this.folder = folder;
        this.key = key;
        this.certificate = certificate;
        this.clock = clock;
    }

    /** A private key and its chain, leaf first, the CA last. */
    public record ServerIdentity(PrivateKey key, List<X509Certificate> chain) {}

    /** Reads the CA, or makes one when there is none. @throws StateUnusable when the files cannot be used */
    public static CertificateAuthority open(Path folder, Clock clock) {
        Path keyFile = folder.resolve("ca-key.pem");
        Path certificateFile = folder.resolve("ca.pem");
        try {
            if (!Files.isDirectory(folder)) {
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
        } catch (IOException e) {
            throw new StateUnusable("cannot make " + folder + ": " + e.getMessage() + "; check permissions", e);
        }
        // The certificate is written last: without it a key is the rest of an interrupted start.
        if (!Files.exists(certificateFile)) {
            SecureRandom random = new SecureRandom();
            KeyPair pair = CsrEncoder.newKey(random);
            PrivateFiles.write(keyFile, Pem.privateKey(pair.getPrivate()));
            PrivateFiles.write(
                    certificateFile,
                    pem(List.of(Certificates.authority(
                            pair.getPrivate(), pair.getPublic(), clock.instant(), AUTHORITY_LIFE, random))));
        }
        try {
            PrivateKey key = Pem.parsePrivateKey(PrivateFiles.read(keyFile));
            X509Certificate certificate =
                    Pem.parseCertificates(PrivateFiles.read(certificateFile)).get(0);
            return new CertificateAuthority(folder, key, certificate, clock);
        } catch (IllegalArgumentException e) {
            throw new StateUnusable(
                    "the CA in " + folder + " is damaged: " + e.getMessage() + "; restore a copy of it", e);
        }
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** What tokens name this CA by. */
    public String pin() {
        return CaPin.of(certificate);
    }

    public String trustBundle() {
        return pem(List.of(certificate));
    }

    /**
     * The stored server certificate, made anew when a name is not in it or two thirds of its life are over. Names that it has
     * stay: what {@code init} was told need not be said again to {@code run}.
     */
    public ServerIdentity serverIdentity(SortedSet<String> names) {
        Path keyFile = folder.resolve("server-key.pem");
        Path chainFile = folder.resolve("server.pem");
        SortedSet<String> all = new TreeSet<>(names);
        if (Files.exists(keyFile) && Files.exists(chainFile)) {
            try {
                PrivateKey stored = Pem.parsePrivateKey(PrivateFiles.read(keyFile));
                List<X509Certificate> chain = Pem.parseCertificates(PrivateFiles.read(chainFile));
                SortedSet<String> present = names(chain.get(0));
                if (isCurrent(chain.get(0)) && present.containsAll(names) && belongTogether(stored, chain.get(0))) {
                    return new ServerIdentity(stored, chain);
                }
                all.addAll(present);
            } catch (IllegalArgumentException e) {
                // Half-written or damaged: nothing of worth is lost by making another one.
                return newServerIdentity(names, keyFile, chainFile);
            }
        }
        return newServerIdentity(all, keyFile, chainFile);
    }

    private ServerIdentity newServerIdentity(SortedSet<String> names, Path keyFile, Path chainFile) {
        KeyPair pair = CsrEncoder.newKey(random);
        List<X509Certificate> chain = List.of(
                Certificates.server(certificate, key, pair.getPublic(), names, clock.instant(), SERVER_LIFE, random),
                certificate);
        PrivateFiles.write(keyFile, Pem.privateKey(pair.getPrivate()));
        PrivateFiles.write(chainFile, pem(chain));
        return new ServerIdentity(pair.getPrivate(), chain);
    }

    private boolean isCurrent(X509Certificate server) {
        Instant renewal = server.getNotAfter().toInstant().minus(SERVER_LIFE.dividedBy(3));
        return clock.instant().isBefore(renewal);
    }

    /** @throws IllegalArgumentException when the certificate's names cannot be read */
    private static SortedSet<String> names(X509Certificate server) {
        try {
            SortedSet<String> names = new TreeSet<>();
            server.getSubjectAlternativeNames().forEach(name -> names.add(String.valueOf(name.get(1))));
            return names;
        } catch (CertificateParsingException e) {
            throw new IllegalArgumentException("the names of the server's certificate cannot be read", e);
        }
    }

    private static boolean belongTogether(PrivateKey key, X509Certificate certificate) {
        try {
            byte[] sample = {1};
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key);
            signature.update(sample);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(sample);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /**
     * Signs a leaf for the key of a certificate request.
     *
     * @return its chain in PEM and when it ends
     */
    public Issued issue(PublicKey publicKey, Identity identity) {
        X509Certificate leaf =
                Certificates.client(certificate, key, publicKey, identity, clock.instant(), LEAF_LIFE, random);
        return new Issued(pem(List.of(leaf, certificate)), leaf.getNotAfter().toInstant());
    }

    /** What an enrolment hands out. */
    public record Issued(String chain, Instant expiresAt) {}

    private static String pem(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(Pem.encode("CERTIFICATE", certificate.getEncoded()));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("a certificate cannot be encoded: " + e.getMessage(), e);
            }
        }
        return text.toString();
    }
}
