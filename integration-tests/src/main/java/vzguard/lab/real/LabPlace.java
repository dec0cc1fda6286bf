package vzguard.lab.real;

import java.util.List;
import java.util.Optional;
import vzguard.lab.model.FleetSeed;
import vzguard.values.Ctid;

/**
 * A host or VE of a lab, as people name it: {@code hn1} or {@code hn1/101}.
 *
 * @param number of the host, from 1
 * @param ve empty for the host itself
 */
public record LabPlace(String host, int number, Optional<Ctid> ve) {
    /** @throws LabException when the lab was not delivered with such a place */
    public static LabPlace of(LabSpec spec, String text) {
        String[] parts = text.split("/", 2);
        int number = spec.hostNames().indexOf(parts[0]) + 1;
        if (number == 0) {
            throw new LabException("lab " + spec.name() + " has no host \"" + parts[0] + "\"; it has "
                    + String.join(", ", spec.hostNames()));
        }
        if (parts.length == 1) {
            return new LabPlace(parts[0], number, Optional.empty());
        }
        Optional<Ctid> ve = spec.ctids().stream()
                .filter(ctid -> ctid.text().equals(parts[1]))
                .findFirst();
        if (ve.isEmpty()) {
            throw new LabException("host " + parts[0] + " of lab " + spec.name() + " has no VE \"" + parts[1] + "\"");
        }
        return new LabPlace(parts[0], number, ve);
    }

    /** Where its sshd answers, running or not. */
    public String address(boolean ipv6) {
        List<String> addresses = ve.isEmpty()
                ? FleetSeed.hostAddresses(number)
                : FleetSeed.veAddresses(number, FleetSeed.numberOf(ve.get()));
        return addresses.get(ipv6 ? 1 : 0);
    }
}
