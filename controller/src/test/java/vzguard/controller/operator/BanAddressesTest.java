package vzguard.controller.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.values.Problem;

class BanAddressesTest {
    private final List<Problem> problems = new ArrayList<>();

    @Test
    void addressesAreReadAsGuardsCountThem() {
        assertThat(read("2001:db8::7", "192.0.2.7", "2001:db8:1::/64"))
                .containsExactly("2001:db8::/64", "192.0.2.7", "2001:db8:1::/64");
        assertThat(problems).isEmpty();
    }

    @Test
    void everyFaultIsToldWithItsPlaceAndWhatIsPermitted() {
        read("example.org", "192.0.2.7", "192.0.2.0/24", "127.0.0.1", "");

        assertThat(problems)
                .extracting(Problem::path)
                .containsExactly("addresses[0]", "addresses[2]", "addresses[3]", "addresses[4]");
        assertThat(problems)
                .allSatisfy(problem -> assertThat(problem.message())
                        .contains("permitted: IPv4 or IPv6 addresses, and IPv6 blocks of /64; no names"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2001:db8::2", "2001:DB8:0::ffff", "2001:db8::/64", "2001:db8::1"})
    void twoAddressesOfOneNetworkAreOneBanGivenTwice(String again) {
        read("2001:db8::1", "192.0.2.7", again);

        assertThat(problems)
                .extracting(Problem::toString)
                .containsExactly("addresses[2]: \"" + again + "\" is the ban of 2001:db8::/64, which addresses[0] is"
                        + " already (permitted: each once; an IPv6 address stands for its /64)");
    }

    @Test
    void anIpv4AddressGivenTwiceIsAFault() {
        read("192.0.2.7", "192.0.2.7");
        assertThat(problems).singleElement().extracting(Problem::path).isEqualTo("addresses[1]");
    }

    @Test
    void aHundredAddressesAreTakenAndNoMoreAndNoFewerThanOne() {
        assertThat(read(many(100))).hasSize(100);
        assertThat(problems).isEmpty();

        assertThat(read(many(101))).isEmpty();
        assertThat(read()).isEmpty();
        assertThat(problems)
                .extracting(Problem::toString)
                .containsExactly(
                        "addresses: 101 are given (permitted: 1-100 in one call)",
                        "addresses: 0 are given (permitted: 1-100 in one call)");
    }

    @Test
    void whatSteersATerminalIsMadeVisible() {
        read("192.0.2.7\u001b[2J\n", String.join("", Collections.nCopies(500, "x")));
        assertThat(problems.get(0).message())
                .contains("192.0.2.7\\u001b[2J\\u000a")
                .doesNotContain("\u001b");
        assertThat(problems.get(1).message()).hasSizeLessThan(250);
    }

    private static String[] many(int count) {
        return IntStream.range(0, count).mapToObj(i -> "192.0.2." + i).toArray(String[]::new);
    }

    private List<String> read(String... texts) {
        return BanAddresses.read(List.of(texts), problems).stream()
                .map(Object::toString)
                .toList();
    }
}
