package vzguard.controller.operator;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import vzguard.values.BanAddress;
import vzguard.values.Problem;
import vzguard.values.Quoted;

/** The addresses of a request that changes bans. Pure. */
final class BanAddresses {
    static final int MOST = 100;

    private BanAddresses() {}

    /**
     * Reads them as guards count them: IPv6 by networks of 64 bits, none twice.
     *
     * @param problems every fault, with its place in the request, is added here
     * @return in the order of the request; without those that have a fault
     */
    static List<BanAddress> read(List<String> texts, List<Problem> problems) {
        if (texts.isEmpty() || texts.size() > MOST) {
            problems.add(new Problem(
                    0, 0, "addresses", texts.size() + " are given (permitted: 1-" + MOST + " in one call)"));
            return List.of();
        }
        Map<BanAddress, String> places = new LinkedHashMap<>();
        for (int i = 0; i < texts.size(); i++) {
            String place = "addresses[" + i + "]";
            try {
                BanAddress address = BanAddress.parse(texts.get(i));
                String first = places.putIfAbsent(address, place);
                if (first != null) {
                    problems.add(new Problem(
                            0,
                            0,
                            place,
                            Quoted.of(texts.get(i)) + " is the ban of " + address + ", which " + first
                                    + " is already (permitted: each once; an IPv6 address stands for its /64)"));
                }
            } catch (IllegalArgumentException e) {
                problems.add(new Problem(0, 0, place, String.valueOf(e.getMessage())));
            }
        }
        return new ArrayList<>(places.keySet());
    }
}
