//! Who has an address in a list of networks.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::manifest::IpBlock;
use crate::policy::index::{Index, Met};

/// Where the addresses of pods come from: IP pools are of addresses that the internet does not route (RFC 1918, RFC 6598,
/// RFC 4193).
fn private() -> [IpNet; 5] {
    let v4 = |a, b, prefix| Ipv4Net::new(Ipv4Addr::new(a, b, 0, 0), prefix).unwrap_or_default().into();
    let local = Ipv6Net::new(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0), 7).unwrap_or_default().into();
    [v4(10, 0, 8), v4(172, 16, 12), v4(192, 168, 16), v4(100, 64, 10), local]
}

/// Who has an address in one of `blocks`. A pod whose address nobody wrote may be in one with private addresses, and is in
/// none of public ones: else a rule against some hosts of the internet would leave nothing known about pods.
pub(super) fn in_any(blocks: &[IpBlock], index: &Index<'_>) -> Met {
    let private = private();
    let meets = |block: &IpBlock| private.iter().any(|net| net.contains(&block.cidr) || block.cidr.contains(net));
    let mut met = Met::default();
    for block in blocks {
        let mut one = index.block(block);
        if !meets(block) {
            one.unknown.subtract(&index.all_pods());
        }
        met.members.unite(&one.members);
        met.unknown.unite(&one.unknown);
    }
    met.unknown.subtract(&met.members);
    met
}
