//! Addresses outside the cluster, split into the coarsest classes that the policies' CIDRs can tell apart.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::manifest::IpBlock;

/// Addresses that every `ipBlock` of the policies treats alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressClass {
    /// The addresses: each network without the networks listed behind it.
    pub parts: Vec<(IpNet, Vec<IpNet>)>,
    /// One of them, to show and to probe with.
    pub sample: IpAddr,
}

impl AddressClass {
    /// Whether `address` belongs to it.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.parts
            .iter()
            .any(|(net, holes)| net.contains(&address) && !holes.iter().any(|hole| hole.contains(&address)))
    }

    /// A readable name: `internet`, or the networks.
    pub fn name(&self) -> String {
        if self.parts.iter().any(|(net, _)| *net == everything_v4()) {
            return "internet".to_owned();
        }
        if self.parts.iter().all(|(net, _)| *net == everything_v6()) {
            return "IPv6 internet".to_owned();
        }
        self.ranges()
    }

    /// The networks, as people write them: `10.0.0.0/8 except 10.10.0.0/16`.
    pub fn ranges(&self) -> String {
        let part = |(net, holes): &(IpNet, Vec<IpNet>)| {
            if holes.is_empty() {
                return net.to_string();
            }
            let holes: Vec<String> = holes.iter().map(ToString::to_string).collect();
            format!("{net} except {}", holes.join(", "))
        };
        self.parts.iter().map(part).collect::<Vec<_>>().join("; ")
    }
}

fn everything_v4() -> IpNet {
    IpNet::V4(Ipv4Net::default())
}

fn everything_v6() -> IpNet {
    IpNet::V6(Ipv6Net::default())
}

/// Whether `block` covers `address`: in its `cidr` and in none of its `except`.
pub fn block_contains(block: &IpBlock, address: IpAddr) -> bool {
    block.cidr.contains(&address) && !block.except.iter().any(|hole| hole.contains(&address))
}

/// Splits all IPv4 and IPv6 addresses by `blocks`. There is always at least one class.
pub fn classes<'b>(blocks: impl Iterator<Item = &'b IpBlock>) -> Vec<AddressClass> {
    let blocks: Vec<&IpBlock> = blocks.collect();
    let mut nets: BTreeSet<IpNet> = [everything_v4(), everything_v6()].into();
    for block in &blocks {
        nets.insert(block.cidr);
        nets.extend(block.except.iter().copied());
    }
    let mut by_membership: BTreeMap<Vec<bool>, Vec<(IpNet, Vec<IpNet>)>> = BTreeMap::new();
    let mut order: Vec<Vec<bool>> = Vec::new();
    for (net, holes) in regions(nets) {
        let inside =
            |block: &&IpBlock| block.cidr.contains(&net) && !block.except.iter().any(|hole| hole.contains(&net));
        let membership: Vec<bool> = blocks.iter().map(inside).collect();
        if !by_membership.contains_key(&membership) {
            order.push(membership.clone());
        }
        by_membership.entry(membership).or_default().push((net, holes));
    }
    let class = |membership: &Vec<bool>| {
        let parts = by_membership.get(membership)?.clone();
        let sample = parts.iter().find_map(|(net, holes)| sample(*net, holes))?;
        Some(AddressClass { parts, sample })
    };
    order.iter().filter_map(class).collect()
}

/// Each network with the networks directly inside it; those that leave nothing over are dropped.
fn regions(nets: BTreeSet<IpNet>) -> Vec<(IpNet, Vec<IpNet>)> {
    let mut out: Vec<(IpNet, Vec<IpNet>)> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    // In the order of `IpNet` a network stands before the networks inside it.
    for net in nets {
        while let Some(top) = open.last() {
            let Some((parent, holes)) = out.get_mut(*top) else { break };
            if parent.contains(&net) {
                holes.push(net);
                break;
            }
            open.pop();
        }
        open.push(out.len());
        out.push((net, Vec::new()));
    }
    out.retain(|(net, holes)| IpNet::aggregate(holes).as_slice() != [*net]);
    out
}

/// An address in `net` and in none of `holes`, one kept for documentation if possible (RFC 5737, RFC 3849).
fn sample(net: IpNet, holes: &[IpNet]) -> Option<IpAddr> {
    let free = |address: &IpAddr| net.contains(address) && !holes.iter().any(|hole| hole.contains(address));
    let familiar = [
        IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)),
        IpAddr::V4(Ipv4Addr::new(198, 51, 100, 7)),
        IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7)),
    ];
    if let Some(address) = familiar.into_iter().find(free) {
        return Some(address);
    }
    let host = next(net.addr()).filter(|address| free(address));
    if host.is_some() {
        return host;
    }
    let mut address = net.addr();
    // Each round passes one hole, so that there are at most as many rounds as holes.
    for _ in 0..=holes.len() {
        match holes.iter().find(|hole| hole.contains(&address)) {
            None => return net.contains(&address).then_some(address),
            Some(hole) => address = next(hole.broadcast())?,
        }
    }
    None
}

fn next(address: IpAddr) -> Option<IpAddr> {
    match address {
        IpAddr::V4(v4) => u32::from(v4).checked_add(1).map(|bits| IpAddr::V4(Ipv4Addr::from(bits))),
        IpAddr::V6(v6) => u128::from(v6).checked_add(1).map(|bits| IpAddr::V6(Ipv6Addr::from(bits))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    fn block(cidr: &str, except: &[&str]) -> IpBlock {
        let except = except.iter().map(|hole| hole.parse().unwrap()).collect();
        IpBlock { cidr: cidr.parse().unwrap(), except, span: Span::default() }
    }

    fn names(blocks: &[IpBlock]) -> Vec<String> {
        classes(blocks.iter()).iter().map(|class| format!("{}: {}", class.sample, class.ranges())).collect()
    }

    #[test]
    fn without_blocks_all_addresses_are_alike() {
        assert_eq!(names(&[]), ["203.0.113.7: 0.0.0.0/0; ::/0"]);
    }

    #[test]
    fn holes_make_classes_and_equal_ones_fall_together() {
        let internet = block("0.0.0.0/0", &["10.0.0.0/8", "192.168.0.0/16"]);
        assert_eq!(
            names(&[internet]),
            ["203.0.113.7: 0.0.0.0/0 except 10.0.0.0/8, 192.168.0.0/16", "10.0.0.1: 10.0.0.0/8; 192.168.0.0/16; ::/0"]
        );
        let office = block("10.0.0.0/8", &["10.10.0.0/16"]);
        assert_eq!(
            names(&[office]),
            [
                "203.0.113.7: 0.0.0.0/0 except 10.0.0.0/8; 10.10.0.0/16; ::/0",
                "10.0.0.1: 10.0.0.0/8 except 10.10.0.0/16"
            ]
        );
    }

    #[test]
    fn a_network_covered_by_its_parts_is_no_class() {
        let halves = [block("0.0.0.0/1", &[]), block("128.0.0.0/1", &[])];
        assert_eq!(names(&halves).len(), 3);
        assert!(names(&halves).iter().all(|name| !name.contains("0.0.0.0/0")));
    }
}
