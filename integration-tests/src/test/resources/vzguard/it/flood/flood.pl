# flood.pl FROM TO PORT RATE COUNT: sends TCP SYNs from an address of this namespace, RATE per second at most, COUNT of them,
# from several (FROM,FROM,...) in turn,
# or, with COUNT 0, until its standard input ends (so it never outlives who started it). Prints "SENT n SECONDS s".
# perl-base is enough: it has no clock finer than POSIX::times, so small batches are paced by waits and corrected by that.
use strict;
use warnings;
use POSIX ();
use Socket;

my ($from, $to, $port, $rate, $count) = @ARGV;
my @from = split /,/, $from;
my $batch = 20;
my $ticks_per_second = POSIX::sysconf(POSIX::_SC_CLK_TCK());

sub checksum {
    my ($bytes) = @_;
    my $sum = 0;
    $sum += $_ for unpack 'n*', $bytes;
    $sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16;
    return ~$sum & 0xffff;
}

# The kernel writes the IP header; the checksum of TCP covers the addresses too.
sub syn {
    my ($from, $source_port) = @_;
    my @before = ($source_port, $port, int rand 2**32, 0, 5 << 4, 0x02, 64240);
    my $pseudo = inet_aton($from) . inet_aton($to) . pack('CCn', 0, 6, 20);
    my $checksum = checksum($pseudo . pack('nnNNCCnnn', @before, 0, 0));
    return pack 'nnNNCCnnn', @before, $checksum, 0;
}

my (@raw, @syns);
for my $address (@from) {
    socket my $raw, PF_INET, SOCK_RAW, 6 or die "socket: $!\n";
    bind $raw, sockaddr_in(0, inet_aton($address)) or die "bind $address: $!\n";
    connect $raw, sockaddr_in(0, inet_aton($to)) or die "connect $to: $!\n";
    push @raw, $raw;
}
push @syns, syn($from[$_ % @from], 20000 + $_) for 0 .. @from * int(4096 / @from) - 1;

my $sent = 0;
my $began = (POSIX::times())[0];
my $ended = 0;
until ($ended || ($count && $sent >= $count)) {
    my $now = $count && $count - $sent < $batch ? $count - $sent : $batch;
    for (1 .. $now) {
        # A full queue refuses some; these were not sent.
        $sent++ if defined send $raw[$sent % @raw], $syns[$sent % @syns], 0;
    }
    my $due = ((POSIX::times())[0] - $began) * $rate / $ticks_per_second;
    vec(my $input = '', fileno(STDIN), 1) = 1;
    my $readable = select $input, undef, undef, $sent < $due - $batch ? 0 : $batch / $rate;
    $ended = !$count && $readable > 0;
}
printf "SENT %d SECONDS %.2f\n", $sent, ((POSIX::times())[0] - $began) / $ticks_per_second;
