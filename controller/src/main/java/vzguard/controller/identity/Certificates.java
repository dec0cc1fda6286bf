package vzguard.controller.identity;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Builds the three kinds of certificates: CA, server, leaf of an agent or operator. */
final class Certificates {
    /** Clocks of hosts may be behind ours by this much. */
    private static final Duration SKEW = Duration.ofMinutes(5);

    private static final int SERIAL_BITS = 127;
    private static final X500Name AUTHORITY = commonName("vzguard CA");

    private Certificates() {}

    static X509Certificate authority(
            PrivateKey key, PublicKey publicKey, Instant now, Duration life, SecureRandom random) {
        try {
            X509v3CertificateBuilder builder = builder(AUTHORITY, publicKey, now, life, random);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            return sign(builder, publicKey, key);
        } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
            throw broken(e);
        }
    }

    /** @param names DNS names and addresses */
    static X509Certificate server(
            X509Certificate authority,
            PrivateKey key,
            PublicKey publicKey,
            Collection<String> names,
            Instant now,
            Duration life,
            SecureRandom random) {
        GeneralName[] general = names.stream()
                .map(name -> new GeneralName(
                        ServerNames.isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toArray(GeneralName[]::new);
        return leaf(
                authority,
                key,
                publicKey,
                "vzguard controller",
                general,
                KeyPurposeId.id_kp_serverAuth,
                now,
                life,
                random);
    }

    static X509Certificate client(
            X509Certificate authority,
            PrivateKey key,
            PublicKey publicKey,
            Identity identity,
            Instant now,
            Duration life,
            SecureRandom random) {
        GeneralName[] uri = {new GeneralName(GeneralName.uniformResourceIdentifier, identity.uri())};
        return leaf(authority, key, publicKey, identity.name(), uri, KeyPurposeId.id_kp_clientAuth, now, life, random);
    }

    private static X509Certificate leaf(
            X509Certificate authority,
            PrivateKey key,
            PublicKey publicKey,
            String commonName,
            GeneralName[] names,
            KeyPurposeId purpose,
            Instant now,
            Duration life,
            SecureRandom random) {
        try {
            X509v3CertificateBuilder builder = builder(commonName(commonName), publicKey, now, life, random);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purpose));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            return sign(builder, authority.getPublicKey(), key);
        } catch (CertIOException | GeneralSecurityException | OperatorCreationException e) {
            throw broken(e);
        }
    }

    private static X500Name commonName(String name) {
        return new X500NameBuilder(BCStyle.INSTANCE)
                .addRDN(BCStyle.CN, name.length() <= 64 ? name : name.substring(0, 64))
                .build();
    }

    private static X509v3CertificateBuilder builder(
            X500Name subject, PublicKey publicKey, Instant now, Duration life, SecureRandom random)
            throws CertIOException, GeneralSecurityException {
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                AUTHORITY,
                new BigInteger(SERIAL_BITS, random).add(BigInteger.ONE),
                Date.from(now.minus(SKEW)),
                Date.from(now.plus(life)),
                subject,
                SubjectPublicKeyInfo.getInstance(publicKey.getEncoded()));
        builder.addExtension(
                Extension.subjectKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createSubjectKeyIdentifier(publicKey));
        return builder;
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PublicKey authority, PrivateKey key)
            throws CertIOException, GeneralSecurityException, OperatorCreationException {
        builder.addExtension(
                Extension.authorityKeyIdentifier,
                false,
                new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(authority));
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }

    private static IllegalStateException broken(Exception e) {
        return new IllegalStateException("cannot make a certificate: " + e.getMessage(), e);
    }
}
