package vzguard.lab.simulated.netfilter;

import java.net.InetAddress;
import vzguard.values.Cidr;

/** A source or destination of a rule. */
record AddressMatch(boolean negated, Cidr block) {
    boolean matches(InetAddress address) {
        return block.contains(address) != negated;
    }

    String text(String option) {
        String text = block.toString();
        String full = text.indexOf('/') >= 0 ? text : text + (block.family() == 4 ? "/32" : "/128");
        return (negated ? "! " : "") + option + " " + full;
    }
}
