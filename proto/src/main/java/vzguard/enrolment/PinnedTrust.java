package vzguard.enrolment;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Accepts a server only when its chain contains a CA certificate with the pinned key, the chain verifies up to it, and
 * its certificate names the host or address that was dialled. So a token reaches nobody but the controller that made
 * it, with no trust configured beforehand. The server has to send its CA certificate along.
 *
 * <p>Safe for use by many threads.
 */
public final class PinnedTrust extends X509ExtendedTrustManager {
    private final String pin;

    /** @param pin as {@link CaPin#of} makes it */
    public PinnedTrust(String pin) {
        this.pin = pin;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        requireHostCheck(engine.getSSLParameters());
        anchored(chain).checkServerTrusted(chain, authType, engine);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        if (!(socket instanceof javax.net.ssl.SSLSocket tls)) {
            throw new CertificateException("not a TLS socket, so the server's name cannot be checked");
        }
        requireHostCheck(tls.getSSLParameters());
        anchored(chain).checkServerTrusted(chain, authType, socket);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw new CertificateException("the server's name cannot be checked without its connection");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw notForClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw notForClients();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw notForClients();
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private static CertificateException notForClients() {
        return new CertificateException("a pin says nothing about clients");
    }

    private static void requireHostCheck(SSLParameters parameters) throws CertificateException {
        // The JDK's check of names and addresses happens only when this is asked for.
        if (!"HTTPS".equalsIgnoreCase(parameters.getEndpointIdentificationAlgorithm())) {
            throw new CertificateException("the TLS client does not check the server's name");
        }
    }

    /** The JDK's own verification, with the pinned certificate of this chain as its only anchor. */
    private X509ExtendedTrustManager anchored(X509Certificate[] chain) throws CertificateException {
        for (X509Certificate certificate : chain) {
            if (CaPin.isPinned(certificate, pin)) {
                return trusting(certificate);
            }
        }
        throw new CertificateException("the server is not the controller that made this token: none of the "
                + chain.length + " certificates it sent is a CA with the pinned key " + pin);
    }

    private static X509ExtendedTrustManager trusting(X509Certificate anchor) throws CertificateException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("pinned", anchor);
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager extended) {
                    return extended;
                }
            }
            throw new CertificateException("this Java has no trust manager that checks names");
        } catch (IOException | GeneralSecurityException e) {
            throw new CertificateException("the pinned certificate cannot be used: " + e.getMessage(), e);
        }
    }
}
