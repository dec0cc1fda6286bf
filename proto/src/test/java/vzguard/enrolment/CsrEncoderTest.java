package vzguard.enrolment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsrEncoderTest {
    private final KeyPair key = CsrEncoder.newKey(new SecureRandom());

    /** 1, 64 and 253 characters: short and long forms of DER's lengths, and the cut at X.520's limit. */
    @ParameterizedTest
    @ValueSource(ints = {1, 64, 253})
    void theSignatureVerifiesWithTheKeyInTheRequest(int nameLength) throws GeneralSecurityException {
        Element request = Element.read(ByteBuffer.wrap(der(CsrEncoder.request(key, "h".repeat(nameLength)))));
        ByteBuffer parts = ByteBuffer.wrap(request.content());
        Element info = Element.read(parts);
        Element.read(parts);
        byte[] bits = Element.read(parts).content();
        assertThat(parts.hasRemaining()).isFalse();

        ByteBuffer fields = ByteBuffer.wrap(info.content());
        assertThat(Element.read(fields).content()).containsExactly(0);
        Element subject = Element.read(fields);
        assertThat(new String(subject.content(), StandardCharsets.UTF_8))
                .endsWith("h".repeat(Math.min(64, nameLength)));
        PublicKey sent = KeyFactory.getInstance("EC")
                .generatePublic(new X509EncodedKeySpec(Element.read(fields).whole()));
        assertThat(sent).isEqualTo(key.getPublic());

        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initVerify(sent);
        signature.update(info.whole());
        assertThat(signature.verify(bits, 1, bits.length - 1)).isTrue();
    }

    /** keytool is an independent reader, and refuses a request whose signature is wrong. */
    @Test
    void keytoolReadsTheRequest(@TempDir Path folder) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("request.pem"), CsrEncoder.request(key, "hn1.example"));
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-printcertreq",
                        "-file",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor()).as(said).isZero();
        assertThat(said).contains("CN=hn1.example").contains("secp256r1");
    }

    @Test
    void aKeyWrittenAsPemReadsBack() {
        assertThat(Pem.parsePrivateKey(Pem.privateKey(key.getPrivate()))).isEqualTo(key.getPrivate());
    }

    private static byte[] der(String pem) {
        return Base64.getMimeDecoder().decode(pem.replaceAll("-----[A-Z ]+-----", ""));
    }

    private record Element(byte[] whole, byte[] content) {
        static Element read(ByteBuffer in) {
            int start = in.position();
            in.get();
            int length = in.get() & 0xff;
            if (length > 0x80) {
                int bytes = length & 0x7f;
                length = 0;
                for (int i = 0; i < bytes; i++) {
                    length = length << 8 | in.get() & 0xff;
                }
            }
            byte[] content = new byte[length];
            in.get(content);
            byte[] whole = new byte[in.position() - start];
            in.get(start, whole);
            return new Element(whole, content);
        }
    }
}
