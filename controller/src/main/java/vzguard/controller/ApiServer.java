package vzguard.controller;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.util.AdvancedTlsX509KeyManager;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.TrustManagerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import vzguard.controller.identity.CallGate;
import vzguard.controller.identity.CertificateAuthority;
import vzguard.controller.identity.ServerNames;

/**
 * The one port: TLS, client certificates optional (enrolment needs none; everything else is refused without one by
 * {@link CallGate}). Settings are measured for 10,000 streams: small fixed windows, few threads, pings permitted at half
 * the agents' interval.
 */
final class ApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final int MAX_INBOUND_BYTES = 1024 * 1024;
    private static final int FLOW_CONTROL_WINDOW = 64 * 1024;

    private final CertificateAuthority authority;
    private final ControllerSettings settings;
    private final StandbyGate gate;
    private final AdvancedTlsX509KeyManager keys = new AdvancedTlsX509KeyManager();
    private final ExecutorService calls =
            Executors.newFixedThreadPool(2 * Runtime.getRuntime().availableProcessors());

    ApiServer(CertificateAuthority authority, ControllerSettings settings, StandbyGate gate) {
        this.authority = authority;
        this.settings = settings;
        this.gate = gate;
    }

    /** @throws IOException when the address cannot be listened on */
    Server start(List<BindableService> services) throws IOException {
        renewCertificate();
        NettyServerBuilder builder = NettyServerBuilder.forAddress(
                        settings.listen(),
                        TlsServerCredentials.newBuilder()
                                .keyManager(keys)
                                .trustManager(trust().getTrustManagers())
                                .clientAuth(TlsServerCredentials.ClientAuth.OPTIONAL)
                                .build())
                .executor(calls)
                // The last one is asked first.
                .intercept(new NewerRequests())
                .intercept(gate)
                .intercept(new CallGate())
                .maxInboundMessageSize(MAX_INBOUND_BYTES)
                .flowControlWindow(FLOW_CONTROL_WINDOW)
                .handshakeTimeout(20, TimeUnit.SECONDS)
                .permitKeepAliveTime(15, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true)
                // A dead agent is noticed within 30 s.
                .keepAliveTime(20, TimeUnit.SECONDS)
                .keepAliveTimeout(8, TimeUnit.SECONDS);
        for (BindableService service : services) {
            builder.addService(service);
        }
        return builder.build().start();
    }

    /** Takes the stored server certificate, made anew when it is due; from the next handshake on. */
    void renewCertificate() {
        try {
            CertificateAuthority.ServerIdentity identity =
                    authority.serverIdentity(ServerNames.of(settings.listen(), settings.names()));
            keys.updateIdentityCredentials(identity.chain().toArray(X509Certificate[]::new), identity.key());
        } catch (RuntimeException e) {
            LOG.error("the server certificate could not be renewed; the present one goes on", e);
        }
    }

    private TrustManagerFactory trust() {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("vzguard", authority.certificate());
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            return factory;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("this Java cannot trust the controller's CA: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        calls.shutdown();
    }
}
