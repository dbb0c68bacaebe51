package fetch

import "net/netip"

// Public reports whether an address is one that a stranger's document may make the program connect to: global unicast
// addresses of the internet, and nothing that could be a machine on the reader's own network or a service of the cloud
// that the program runs in. IPv4 addresses inside IPv6 ones count as what they are; of the forms for translation only the
// well-known prefix of NAT64 (RFC 6052), since networks without IPv4 reach all of it through that.
func Public(addr netip.Addr) bool {
	if !addr.IsValid() || addr.Zone() != "" {
		return false
	}
	addr = addr.Unmap()
	if addr.Is4() {
		return !within(addr, special4)
	}
	if nat64.Contains(addr) {
		b := addr.As16()
		return Public(netip.AddrFrom4([4]byte(b[12:])))
	}
	// Nothing outside of 2000::/3 is assigned as global unicast (RFC 4291, section 2.4; IANA).
	return global6.Contains(addr) && !within(addr, special6)
}

func within(addr netip.Addr, prefixes []netip.Prefix) bool {
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

var (
	nat64   = netip.MustParsePrefix("64:ff9b::/96")
	global6 = netip.MustParsePrefix("2000::/3")

	// special4 are the entries of IANA's special-purpose registry that are not globally reachable, multicast, and the
	// addresses of cloud services that look public.
	special4 = prefixes(
		"0.0.0.0/8",        // this network
		"10.0.0.0/8",       // private
		"100.64.0.0/10",    // shared by customers of a carrier; also a metadata service
		"127.0.0.0/8",      // loopback
		"168.63.129.16/32", // a cloud's platform service
		"169.254.0.0/16",   // link-local; also metadata services
		"172.16.0.0/12",    // private
		"192.0.0.0/24",     // protocol assignments; also a metadata service
		"192.0.2.0/24",     // documentation
		"192.88.99.0/24",   // 6to4 relays
		"192.168.0.0/16",   // private
		"198.18.0.0/15",    // benchmarks
		"198.51.100.0/24",  // documentation
		"203.0.113.0/24",   // documentation
		"224.0.0.0/4",      // multicast
		"240.0.0.0/4",      // reserved, broadcast
	)

	special6 = prefixes(
		"2001::/23",     // protocol assignments, Teredo among them, which has IPv4 addresses inside
		"2001:db8::/32", // documentation
		"2002::/16",     // 6to4, which has IPv4 addresses inside
		"3fff::/20",     // documentation
	)
)

func prefixes(list ...string) []netip.Prefix {
	var all []netip.Prefix
	for _, s := range list {
		all = append(all, netip.MustParsePrefix(s))
	}
	return all
}
