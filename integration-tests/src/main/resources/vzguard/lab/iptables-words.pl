# What stands in front of iptables 1.8.9 so that it looks like an older release: the same as IptablesWords.java, which says where each
# fact comes from. The file iptables-release has one line: RELEASE WAITING HITS, as IptablesRelease.java and KernelLine.java mean them.
package IptablesWords;
use strict;

my ($release, $waiting, $hits) = do {
    open my $file, '<', '/usr/lib/vzguard-lab/iptables-release' or die "iptables-release: $!\n";
    split ' ', scalar <$file>;
};
my $banner = "v$release" . (since('1.8.0') ? ' (legacy)' : '');
my %since = ('-S', '1.4.1', '--list-rules', '1.4.1', '-C', '1.4.11', '--check', '1.4.11', '--reap', '1.4.13', '--mask', '1.4.15');

sub number { my ($first, $second, $third) = split /\./, shift; return ($first * 1000 + $second) * 1000 + $third }
sub since { return number($release) >= number(shift) }
sub most_hits { return $hits }

# refuse(PROGRAM, ARGUMENT...): what this release says to a command line that 1.8.9 would take; undef when it takes it as well.
sub refuse {
    my ($program, @words) = @_;
    return undef if $program =~ /-save$/;
    for my $at (0 .. $#words) {
        my $complaint = $words[$at] =~ /^(?:-w|--wait)$/ ? wait_complaint($program, @words[$at, $at + 1]) : unknown($words[$at]);
        return "$program $banner: $complaint\n" . hint($program) if defined $complaint;
    }
    return undef;
}

sub hint { return "Try `$_[0] -h' or '$_[0] --help' for more information.\n" }
sub complaint { return since('1.4.11') ? "unknown option \"$_[0]\"" : "Unknown arg `$_[0]'" }
sub unknown { return exists $since{ $_[0] } && !since($since{ $_[0] }) ? complaint($_[0]) : undef }

sub wait_complaint {
    my ($program, $word, $next) = @_;
    my $number = defined $next && $next =~ /^[0-9]+$/;
    return complaint($word) if $waiting eq 'UNKNOWN' || $program =~ /-restore$/ && !since('1.6.2');
    return "Bad argument `$next'" if $waiting eq 'FLAG' && $number;
    return "option '$word' requires an argument" if $waiting eq 'NUMBER' && !$number;
    return undef;
}

# given(ARGUMENT...): the words as 1.8.9 has to be given them.
sub given {
    my @words = @_;
    return @words if since('1.4.11');
    my @given;
    while (@words) {
        my $word = shift @words;
        if ($word eq '--seconds' && @words && $words[0] !~ /^[0-9]+$/) { shift @words }
        else { push @given, $word }
    }
    return @given;
}

# taken(PROGRAM, TEXT): a text for iptables-restore as 1.8.9 has to be given it; ends the program at a line that this release refuses.
sub taken {
    my ($program, $text) = @_;
    my ($taken, $line) = ('', 0);
    for my $row (split /^/, $text) {
        $line++;
        if ($row =~ /^\s*(?:\[\d+:\d+\]\s*)?-/) {
            for my $word (split ' ', $row) {
                my $complaint = unknown($word);
                next if !defined $complaint;
                print STDERR "$program $banner: $complaint\nError occurred at line: $line\n" . hint($program);
                exit 2;
            }
            $row =~ s/ --seconds (?![0-9]+\s)\S+// if !since('1.4.11');
        }
        $taken .= $row;
    }
    return $taken;
}

# messages(PROGRAM, TEXT): standard error of 1.8.9 in this release's words.
sub messages {
    my ($program, $printed) = @_;
    return join '', map { message($program, $_) }
        grep { !/^Warning: Extension \S+ revision \d+ not supported, missing kernel module\?$/ } split /^/, $printed;
}

sub message {
    my ($program, $line) = @_;
    $line =~ s/v1\.8\.9 \(legacy\)/$banner/g;
    if (!since('1.4.3')) {
        $line =~ s/ Run `dmesg' for more information\.//;
        $line =~ s/(Invalid argument|by that name|in that chain\?\)|Chain already exists)\.$/$1/;
    }
    if (!since('1.4.11')) {
        my $folder = since('1.4.0') ? '/lib/xtables' : '/lib/iptables';
        my $prefix = $program =~ /^ip6/ ? 'ip6t_' : 'ipt_';
        $line =~ s/(Couldn't load (?:match|target) `)(.*)':No such file or directory/$1$2':$folder\/lib$prefix$2.so: cannot open shared object file: No such file or directory/;
        $line =~ s/unknown option "(.*)"/Unknown arg `$1'/;
        $line =~ s/recent: option "--\w+" cannot be used together with "--\w+"\./recent: only one of `--set', `--rcheck' `--update' or `--remove' may be set/;
    }
    return $line;
}

# saved(TEXT): what a -save program or -S of 1.8.9 printed, as this release prints it.
sub saved {
    my ($printed) = @_;
    return join '', map { saved_line($_) } split /^/, $printed;
}

sub saved_line {
    my ($line) = @_;
    chomp $line;
    $line =~ s/v1\.8\.9 \(legacy\)/$banner/g;
    $line =~ s/save v1\.8\.9/save v$release/;
    return "$line\n" if $line !~ /^(?:\[\d+:\d+\] )?-A /;
    $line =~ s/ --mask (?:255\.255\.255\.255|ffff(?::ffff){7})(?= )//g if !since('1.4.15');
    $line =~ s{(?<= -[sd] )([0-9.]+)/([0-9]+)(?= |$)}{$1 . ($2 == 32 ? '' : '/' . dotted($2))}ge if !since('1.4.3');
    return $line . (since('1.4.10') ? '' : ' ') . "\n";
}

sub dotted {
    my ($prefix) = @_;
    return join '.', unpack 'C4', pack 'N', $prefix == 0 ? 0 : 0xFFFFFFFF << (32 - $prefix) & 0xFFFFFFFF;
}

1;
