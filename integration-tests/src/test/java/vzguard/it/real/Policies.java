package vzguard.it.real;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Objects;

/** The policy files of these tests. */
final class Policies {
    private Policies() {}

    static Path file(String name) {
        try {
            return Path.of(Objects.requireNonNull(Policies.class.getResource(name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
