package vzguard.agent.enrol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import vzguard.enrolment.CaPin;
import vzguard.enrolment.CsrEncoder;
import vzguard.enrolment.Pem;

/** A CA for tests, kept and used by the JDK's keytool, which is no code of ours. */
public final class TestAuthority {
    private final Path folder;
    private final String caPem;

    public TestAuthority(Path folder) {
        this.folder = folder;
        keytool(
                "-genkeypair",
                "-alias",
                "ca",
                "-dname",
                "CN=test CA",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-ext",
                "bc:c",
                "-validity",
                "2");
        this.caPem = keytool("-exportcert", "-alias", "ca", "-rfc");
    }

    public String caPem() {
        return caPem;
    }

    public String pin() {
        return CaPin.of(Pem.parseCertificates(caPem).get(0));
    }

    /** A certificate chain for a request, with subject alternative names as keytool writes them ("dns:x,ip:::1"). */
    public String sign(String request, String names) {
        try {
            Path csr = Files.createTempFile(folder, "request", ".pem");
            Files.writeString(csr, request);
            return keytool(
                    "-gencert",
                    "-alias",
                    "ca",
                    "-rfc",
                    "-infile",
                    csr.toString(),
                    "-ext",
                    "san=" + names,
                    "-validity",
                    "1");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Identity identity(String names) {
        KeyPair key = CsrEncoder.newKey(new SecureRandom());
        return new Identity(Pem.privateKey(key.getPrivate()), sign(CsrEncoder.request(key, "test"), names), caPem);
    }

    private String keytool(String... arguments) {
        try {
            List<String> argv = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
            argv.addAll(Arrays.asList(arguments));
            argv.addAll(List.of("-keystore", folder.resolve("ca.p12").toString(), "-storepass", "only-for-tests"));
            Process process = new ProcessBuilder(argv)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool " + arguments[0] + " failed: " + out);
            }
            return out;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
