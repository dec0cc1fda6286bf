package vzguard.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.net.InetAddresses;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CidrTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.0/24, 4",
        "192.0.2.7, 192.0.2.7, 4",
        "192.0.2.7/32, 192.0.2.7, 4",
        "0.0.0.0/0, 0.0.0.0/0, 4",
        "128.0.0.0/1, 128.0.0.0/1, 4",
        "2001:DB8:0:0::/32, 2001:db8::/32, 6",
        "2001:db8::1/128, 2001:db8::1, 6",
        "::/0, ::/0, 6",
        "::1, ::1, 6",
        "fe80:0:0:0:0:0:0:0/10, fe80::/10, 6",
    })
    void blocksHaveOneCanonicalText(String text, String canonical, int family) {
        assertThat(Cidr.parse(text)).hasToString(canonical).isEqualTo(Cidr.parse(canonical));
        assertThat(Cidr.parse(text).family()).isEqualTo(family);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            10.0.0.0/33 | "10.0.0.0/33" has no valid prefix length (permitted: 0-32 for IPv4)
            10.0.0.0/ | "10.0.0.0/" has no valid prefix length (permitted: 0-32 for IPv4)
            10.0.0.0/08 | "10.0.0.0/08" has no valid prefix length (permitted: 0-32 for IPv4)
            10.0.0.0/-1 | "10.0.0.0/-1" has no valid prefix length (permitted: 0-32 for IPv4)
            10.0.0.0/255.0.0.0 | "10.0.0.0/255.0.0.0" has no valid prefix length (permitted: 0-32 for IPv4)
            2001:db8::/129 | "2001:db8::/129" has no valid prefix length (permitted: 0-128 for IPv6)
            10.0.0.1/8 | "10.0.0.1/8" has bits set beyond its prefix (the block is 10.0.0.0/8, the one address 10.0.0.1)
            2001:db8::1/64 | "2001:db8::1/64" has bits set beyond its prefix (the block is 2001:db8::/64, the one address 2001:db8::1)
            ::ffff:192.0.2.1 | "::ffff:192.0.2.1" is an IPv4 address in IPv6 clothes (write 192.0.2.1)
            """)
    void faultsNameWhatIsPermitted(String text, String message) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            localhost
            example.org/24
            10.1
            10.0.0.010
            256.0.0.1
            1.2.3.4.5
            fe80::1%lo
            fe80::1%1
            ''
            /8
            ١٠.٠.٠.١
            10.0.0.1 10.0.0.2
            :
            1::2::3
            """)
    void namesAndOtherTextAreNoAddress(String text) {
        assertThatThrownBy(() -> Cidr.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no address (permitted: IPv4 or IPv6 addresses and CIDR blocks");
    }

    @Test
    void aBlockContainsItsAddressesAndNoOthers() {
        Cidr four = Cidr.parse("192.0.2.128/25");
        assertThat(four.contains(InetAddresses.forString("192.0.2.128"))).isTrue();
        assertThat(four.contains(InetAddresses.forString("192.0.2.255"))).isTrue();
        assertThat(four.contains(InetAddresses.forString("192.0.2.127"))).isFalse();
        assertThat(four.contains(InetAddresses.forString("2001:db8::1"))).isFalse();
        Cidr six = Cidr.parse("2001:db8::/33");
        assertThat(six.contains(InetAddresses.forString("2001:db8:7fff::1"))).isTrue();
        assertThat(six.contains(InetAddresses.forString("2001:db8:8000::1"))).isFalse();
        assertThat(Cidr.parse("0.0.0.0/0").contains(InetAddresses.forString("::1")))
                .isFalse();
    }

    @Test
    void blocksSortByFamilyThenAddressThenWidth() {
        List<String> sorted = Stream.of("::/0", "200.0.0.0/8", "10.0.0.0/16", "10.0.0.0/8", "9.9.9.9")
                .map(Cidr::parse)
                .sorted()
                .map(Cidr::toString)
                .toList();
        assertThat(sorted).containsExactly("9.9.9.9", "10.0.0.0/8", "10.0.0.0/16", "200.0.0.0/8", "::/0");
    }

    @Test
    void anyAddressAndPrefixEitherIsABlockOrNamesTheBlockThatContainsIt() {
        Random random = new Random(20261122);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextBoolean() ? 4 : 16];
            random.nextBytes(bytes);
            String address;
            try {
                address = InetAddresses.toAddrString(java.net.InetAddress.getByAddress(bytes));
            } catch (java.net.UnknownHostException impossible) {
                throw new AssertionError(impossible);
            }
            int prefix = random.nextInt(bytes.length * 8 + 1);
            Cidr block;
            try {
                block = Cidr.parse(address + "/" + prefix);
            } catch (IllegalArgumentException hostBits) {
                String message = String.valueOf(hostBits.getMessage());
                String canonical = message.substring(message.indexOf("block is ") + 9, message.indexOf(", the one"));
                block = Cidr.parse(canonical);
            }
            assertThat(block.prefix()).isEqualTo(prefix);
            assertThat(block.contains(InetAddresses.forString(address))).isTrue();
            assertThat(Cidr.parse(block.toString())).isEqualTo(block);
        }
    }
}
