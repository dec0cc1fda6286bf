package vzguard.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BanAddressTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 192.0.2.7, 192.0.2.7",
        "2001:DB8:0:1:2:3:4:5, 2001:db8:0:1::/64, 2001:db8:0:1::",
        "2001:db8::7, 2001:db8::/64, 2001:db8::",
        "2001:db8::/64, 2001:db8::/64, 2001:db8::",
        "fe80::1, fe80::/64, fe80::",
    })
    void aBanIsAnIpv4AddressOrTheNetworkOfAnIpv6One(String text, String canonical, String first) {
        BanAddress address = BanAddress.parse(text);
        assertThat(address).hasToString(canonical).isEqualTo(BanAddress.parse(canonical));
        assertThat(address.first()).isEqualTo(first);
        assertThat(BanAddress.parse(first)).isEqualTo(address);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            192.0.2.0/24 | "192.0.2.0/24" is a block
            192.0.2.7/32 | "192.0.2.7/32" is a block
            2001:db8::/63 | "2001:db8::/63" is a block
            2001:db8::/064 | "2001:db8::/064" is a block
            2001:db8::1/128 | "2001:db8::1/128" is a block
            127.0.0.1 | "127.0.0.1" is a loopback address
            127.9.9.9 | "127.9.9.9" is a loopback address
            ::1 | "::1" is a loopback address
            ::2 | "::2" is in the network of the loopback address
            ::192.0.2.1 | "::192.0.2.1" is in the network of the loopback address
            0.0.0.0 | "0.0.0.0" is the unspecified address
            :: | "::" is the unspecified address
            ::/64 | "::/64" is the unspecified address
            224.0.0.1 | "224.0.0.1" is a multicast address
            239.255.255.255 | "239.255.255.255" is a multicast address
            ff02::1 | "ff02::1" is a multicast address
            ff00::/64 | "ff00::/64" is a multicast address
            localhost | "localhost" is no address
            example.org | "example.org" is no address
            192.0.2.7; reboot | "192.0.2.7; reboot" is no address
            192.0.2 | "192.0.2" is no address
            192.0.2.07 | "192.0.2.07" is no address
            +192.0.2.7 | "+192.0.2.7" is no address
            fe80::1%eth0 | "fe80::1%eth0" is no address
            [2001:db8::1] | "[2001:db8::1]" is no address
            '' | "" is no address
            / | "/" is no address
            """)
    void whatNoGuardCanBlockIsRefusedWithWhatIsPermitted(String text, String fault) {
        assertThatThrownBy(() -> BanAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(fault
                        + " (permitted: IPv4 or IPv6 addresses, and IPv6 blocks of /64; no names, and no loopback,"
                        + " unspecified or multicast address)");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            2001:db8::1/64 | the block is 2001:db8::/64, the one address 2001:db8::1
            ::ffff:192.0.2.1 | write 192.0.2.1
            """)
    void whatIsAmbiguousNamesWhatMayHaveBeenMeant(String text, String meant) {
        assertThatThrownBy(() -> BanAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(meant);
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.0/24", "2001:db8::1", "2001:db8::/32", "127.0.0.1", "ff02::/64"})
    void noOtherBlockIsABan(String block) {
        Cidr network = Cidr.parse(block);
        assertThatThrownBy(() -> new BanAddress(network)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void bansSortByFamilyThenByAddress() {
        List<String> sorted = Stream.of("2001:db8:a::", "2001:db8:9::", "192.0.2.10", "192.0.2.9", "9.0.0.1")
                .map(BanAddress::parse)
                .sorted()
                .map(BanAddress::toString)
                .toList();
        assertThat(sorted).containsExactly("9.0.0.1", "192.0.2.9", "192.0.2.10", "2001:db8:9::/64", "2001:db8:a::/64");
    }
}
