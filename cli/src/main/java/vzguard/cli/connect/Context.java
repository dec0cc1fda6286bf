package vzguard.cli.connect;

import java.nio.file.Path;

/**
 * A controller, and who we are there.
 *
 * @param address HOST:PORT, an IPv6 address in brackets
 * @param authorities PEM file with the CA certificates that the controller's certificate must come from
 * @param certificate PEM file with the operator's certificate chain
 * @param key PEM file with its key, PKCS#8
 */
public record Context(String name, String address, Path authorities, Path certificate, Path key) {}
