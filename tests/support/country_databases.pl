#!/usr/bin/perl
# country_databases.pl FOLDER: MaxMind DB files for the tests, by MaxMind's own
# writer. The same on every machine, but for the time in them.
use strict;
use warnings;

use MaxMind::DB::Writer::Tree;

my $folder = shift // die "Usage: country_databases.pl FOLDER\n";

# Members that are neither texts nor booleans nor whole numbers of 32 bits.
my %type_of = (
    map( { $_ => 'map' }
        qw(city continent country location names registered_country
            represented_country subdivision traits) ),
    subdivisions => [ 'array', 'map' ],
    latitude     => 'double',
    longitude    => 'double',
    accuracy     => 'uint16',
    share        => 'float',
    serial       => 'uint128',
    stamp        => 'uint64',
    offset       => 'int32',
    blob         => 'bytes',
    ( map { $_ => 'utf8_string' } qw(iso_code country_code code time_zone
            en de fr organization text) ),
);

sub type_of {
    my ($key) = @_;
    return 'boolean' if $key =~ /^is_/;
    return $type_of{$key} // 'uint32';
}

sub write_database {
    my ( $name, $options, @networks ) = @_;
    my $tree = MaxMind::DB::Writer::Tree->new(
        ip_version               => 6,
        record_size              => 24,
        database_type            => "Test-$name",
        languages                => [ 'en', 'de' ],
        description              => { en => "Test $name", de => "Test $name" },
        remove_reserved_networks => 0,
        map_key_type_callback    => \&type_of,
        %$options,
    );
    while ( my ( $network, $data ) = splice @networks, 0, 2 ) {
        $tree->insert_network( $network, $data );
    }
    open my $file, '>:raw', "$folder/$name.mmdb" or die "$name: $!\n";
    $tree->write_tree($file);
    close $file or die "$name: $!\n";
    return;
}

# ---- records ----------------------------------------------------------------

sub names {
    my ($name) = @_;
    return { en => $name, de => "$name (de)", fr => "$name (fr)" };
}

sub at {
    my ($code) = @_;
    return {
        geoname_id => 1000 + ord $code,
        iso_code   => $code,
        names      => names("Country $code")
    };
}

# What a record says, as GeoIP2 has it.
sub country    { return { country => at( $_[0] ), @_[ 1 .. $#_ ] } }
sub registered { return { registered_country => at( $_[0] ) } }

sub flagged {
    my ( $code, $flag, $value ) = @_;
    return country( $code,
        registered_country => at('US'),
        traits             => { $flag => $value } );
}

sub city {
    my ( $code, $city ) = @_;
    return {
        city      => { geoname_id => 7, names => names($city) },
        continent => { code => 'EU', geoname_id => 8, names => names('C') },
        country   => at($code),
        location  => {
            accuracy  => 20,
            latitude  => 52.09,
            longitude => -5.12,
            time_zone => 'Europe/Amsterdam'
        },
        blob               => "\x00\x01\x02",
        offset             => -3,
        registered_country => at('US'),
        serial             => '340282366920938463463374607431768211455',
        share              => 0.5,
        stamp              => '18446744073709551615',
        subdivisions       =>
            [ map { { iso_code => "S$_", names => names("S$_") } } 1 .. 3 ],
        text => 'x' x 300,
    };
}

# ---- databases --------------------------------------------------------------

my @four = (
    '2.0.0.0/16'       => country('NL'),
    '2.1.0.0/16'       => country('NL'),
    '2.2.0.0/17'       => country('DE'),
    '2.2.128.0/24'     => country('fr'),
    '2.2.129.0/32'     => country('KR'),
    '255.255.255.0/24' => country('NZ'),
);
my @six = (
    '2001:db8::/32'                                => country('NL'),
    '2001:db8:1::/48'                              => country('DE'),
    '2001:db8:2:3::/64'                            => country('FR'),
    '2001:db8:2:3:4::/80'                          => country('KR'),
    '2001:db8:2:3:4:5:6:7/128'                     => country('JP'),
    'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128' => country('NZ'),
);

write_database( 'four', { ip_version => 4 }, @four );
write_database( 'both', { alias_ipv6_to_ipv4 => 1, record_size => 28 },
    map( { ref $_ ? $_ : under_six($_) } @four ), @six );
write_database(
    'flat', {},
    '::2.0.0.0/112'    => { country_code => 'NL' },
    '::2.2.0.0/112'    => { country_code => 'de' },
    '2a00::/16'        => { country_code => 'FR' },
    '2a00:1:2:3:4::/80' => { country_code => 'GB' },
);
write_database(
    'anonymous', { ip_version => 4 },
    '1.0.0.0/24' => flagged( 'NL', 'is_anonymous_proxy',    1 ),
    '1.0.1.0/24' => flagged( 'NL', 'is_anonymous_proxy',    0 ),
    '1.0.2.0/24' => flagged( 'NL', 'is_satellite_provider', 1 ),
    '1.0.3.0/24' => flagged( 'NL', 'is_satellite_provider', 0 ),
    '1.0.4.0/24' => flagged( 'NL', 'is_anonymous',          1 ),
    '1.0.5.0/24' => flagged( 'NL', 'is_anonymous',          0 ),
    '1.0.6.0/24' => flagged( 'NL', 'is_anycast',            1 ),
    '1.0.7.0/24' => {
        registered_country => at('US'),
        traits             => { is_anonymous => 1 }
    },
    '1.0.8.0/24' => { country_code => 'NL', traits => { is_anonymous => 1 } },
);
write_database(
    'registered', { ip_version => 4 },
    '1.0.0.0/24' => registered('NL'),
    '1.0.1.0/24' => country( 'DE', registered_country => at('NL') ),
    '1.0.2.0/24' => {
        country            => { geoname_id => 1 },
        registered_country => at('NL')
    },
    '1.0.3.0/24' => { country_code => 'x', registered_country => at('NL') },
    '1.0.4.0/24' => { represented_country => at('NL') },
    '1.0.5.0/24' => { registered_country => { geoname_id => 1 } },
);
write_database(
    'codes', { ip_version => 4 },
    '1.0.0.0/24' => country('NL'),
    '1.0.1.0/24' => country('nl'),
    '1.0.2.0/24' => country('N'),
    '1.0.3.0/24' => country('NLD'),
    '1.0.4.0/24' => country('A1'),
    '1.0.5.0/24' => country(''),
    '1.0.6.0/24' => country('--'),
    '1.0.7.0/24' => country('[]'),
    '1.0.8.0/24' => country("\x{e9}"),
    '1.0.9.0/24' => { country_code => 'A1', registered_country => at('NL') },
);
write_database(
    'city', { alias_ipv6_to_ipv4 => 1, record_size => 32 },
    '::2.0.0.0/112'   => city( 'NL', 'Utrecht' ),
    '::2.1.0.0/112'   => city( 'NL', 'Amersfoort' ),
    '::2.2.0.0/112'   => city( 'DE', 'Aachen' ),
    '2a00::/24'       => city( 'NL', 'Zeist' ),
    '2a00:100::/24'   => city( 'NL', 'Soest' ),
);
write_database(
    'asn', {},
    '::2.0.0.0/112' => { number => 64500, organization => 'Example' },
    '2a00::/16'     => { number => 64501, organization => 'Other' },
);

# ---- one for random addresses -----------------------------------------------

sub under_six {
    my ($network) = @_;
    my ( $address, $length ) = split m{/}, $network;
    return "::$address/" . ( 96 + $length );
}

my $state = 20260317;

# Below `count`. Xorshift: the same on every machine.
sub draw {
    my ($count) = @_;
    $state ^= ( $state << 13 ) & 0xFFFFFFFF;
    $state ^= $state >> 17;
    $state ^= ( $state << 5 ) & 0xFFFFFFFF;
    return $state % $count;
}

sub random_record {
    my $code = chr( 65 + draw(4) ) . chr( 65 + draw(4) );
    my $kind = draw(16);
    return flagged( $code, 'is_anonymous_proxy', draw(2) ) if $kind == 0;
    return flagged( $code, 'is_satellite_provider', draw(2) ) if $kind == 1;
    return registered($code)          if $kind == 2;
    return city( $code, "City$kind" ) if $kind == 3;
    return { country_code => $code }  if $kind == 4;
    return { number       => $kind }  if $kind == 5;
    return country( substr $code, 1 ) if $kind == 6;
    return country($code);
}

# Few leading bytes, so that networks are in, beside and behind each other.
sub random_four {
    my $length = 4 + draw(29);
    return join( '.', draw(8) * 32, draw(4) * 64, draw(256), draw(256) )
        . "/$length";
}

sub random_six {
    my $length  = 16 + draw(113);
    my @groups  = map { sprintf '%x', draw(3) } 1 .. 8;
    my @leading = qw(2a00 2400 2a01 3fff);
    $groups[0] = $leading[ draw(4) ];
    return join( ':', @groups ) . "/$length";
}

# Long prefixes last, inside and beside short ones.
sub random_networks {
    my ($draw_one) = @_;
    my %length_of =
        map { $_ => ( split m{/} )[1] } map { $draw_one->() } 1 .. 2000;
    return map { $_ => random_record() }
        sort { $length_of{$a} <=> $length_of{$b} || $a cmp $b } keys %length_of;
}

my @random_four = random_networks( \&random_four );
my @random_six  = random_networks( \&random_six );
write_database( 'random', { alias_ipv6_to_ipv4 => 1, record_size => 28 },
    map( { ref $_ ? $_ : under_six($_) } @random_four ), @random_six );
