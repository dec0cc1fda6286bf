package vzguard.lab.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import vzguard.lab.demo.Stage.StageFailure;
import vzguard.lab.model.Generation;

/**
 * The policy that the story applies: {@code examples/lab.yaml}. Before kernel 2.6.28 there is no {@code recent} for IPv6, and before
 * iptables 1.4.15 no mask to count networks by; a generation that lacks either gets a copy that does not ask for IPv6.
 */
record DemoPolicy(Path file, boolean ipv6) {
    static DemoPolicy of(Path checkout, Generation generation) throws StageFailure {
        Path example = checkout.resolve("examples/lab.yaml");
        if (!generation.kernel().hasOldRecent() && generation.iptables().since("1.4.15")) {
            return new DemoPolicy(example, true);
        }
        try {
            Path copy = checkout.resolve("target/demo-" + generation.word() + ".yaml");
            Files.createDirectories(copy.getParent());
            Files.writeString(copy, Files.readString(example).replace("ipv6: true", "ipv6: false"));
            return new DemoPolicy(copy, false);
        } catch (IOException e) {
            throw new StageFailure("cannot copy " + example, e);
        }
    }
}
