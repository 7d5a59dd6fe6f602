//! Addresses outside the cluster, split into the coarsest classes that the policies' CIDRs can tell apart.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use crate::bits::BitSet;
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
    fn new(parts: Vec<(IpNet, Vec<IpNet>)>) -> Self {
        let found = parts.iter().find_map(|(net, holes)| sample(*net, holes));
        // A part that its holes do not cover has an address to show.
        let sample = found.or_else(|| parts.first().map(|(net, _)| net.addr()));
        Self { sample: sample.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)), parts }
    }

    /// Whether `address` belongs to it.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.parts
            .iter()
            .any(|(net, holes)| net.contains(&address) && !holes.iter().any(|hole| hole.contains(&address)))
    }

    /// The fewest CIDRs that hold exactly its addresses, without exceptions.
    pub fn cidrs(&self) -> Vec<IpNet> {
        let mut nets = Vec::new();
        for (net, holes) in &self.parts {
            let holes: Vec<&IpNet> = holes.iter().collect();
            without(*net, &holes, &mut nets);
        }
        IpNet::aggregate(&nets)
    }

    /// Whether it has the IPv4 addresses that no policy speaks of.
    pub fn is_internet(&self) -> bool {
        self.parts.iter().any(|(net, _)| *net == everything_v4())
    }

    /// A readable name: `internet`, or the networks.
    pub fn name(&self) -> String {
        if self.is_internet() {
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

/// Halves `net` until each piece is inside a hole, and left out, or free of holes.
fn without(net: IpNet, holes: &[&IpNet], out: &mut Vec<IpNet>) {
    let inside: Vec<&IpNet> = holes.iter().copied().filter(|hole| net.contains(*hole)).collect();
    if inside.is_empty() {
        out.push(net);
    } else if !inside.contains(&&net)
        && let Ok(halves) = net.subnets(net.prefix_len() + 1)
    {
        halves.for_each(|half| without(half, &inside, out));
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

/// Whether no pod and no node has its address in `net`: it is loopback, link-local or multicast (RFC 6890, RFC 5771).
pub(crate) fn is_of_no_pod(net: &IpNet) -> bool {
    match net {
        IpNet::V4(net) => {
            let [first, second, ..] = net.network().octets();
            let prefix = net.prefix_len();
            prefix >= 8 && first == 127
                || prefix >= 16 && (first, second) == (169, 254)
                || prefix >= 4 && (224..240).contains(&first)
        }
        IpNet::V6(net) => {
            let [first, ..] = net.network().segments();
            let prefix = net.prefix_len();
            prefix >= 10 && first & 0xffc0 == 0xfe80
                || prefix >= 8 && first >= 0xff00
                || prefix == 128 && net.network().is_loopback()
        }
    }
}

/// All addresses, divided by what the policies' blocks can tell apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressSpace {
    /// The classes, at least one.
    pub classes: Vec<AddressClass>,
    /// Every network that a block names, outer ones before the ones inside them.
    nets: Vec<Net>,
    members: BTreeMap<BlockKey, BitSet>,
}

/// One network, without the networks inside it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Net {
    net: IpNet,
    parent: Option<usize>,
    class: Option<usize>,
}

/// A block by what it covers.
type BlockKey = (IpNet, Vec<IpNet>);

fn key(block: &IpBlock) -> BlockKey {
    let holes: BTreeSet<IpNet> = block.except.iter().copied().collect();
    (block.cidr, holes.into_iter().collect())
}

impl AddressSpace {
    /// Divides all IPv4 and IPv6 addresses by `blocks`.
    pub fn divide<'b>(blocks: impl Iterator<Item = &'b IpBlock>) -> Self {
        let keys: BTreeSet<BlockKey> = blocks.map(key).collect();
        let mut begins: BTreeMap<IpNet, Vec<usize>> = BTreeMap::new();
        let mut ends: BTreeMap<IpNet, Vec<usize>> = BTreeMap::new();
        let mut named: BTreeSet<IpNet> = [everything_v4(), everything_v6()].into();
        for (at, (cidr, holes)) in keys.iter().enumerate() {
            begins.entry(*cidr).or_default().push(at);
            named.insert(*cidr);
            for hole in holes {
                ends.entry(*hole).or_default().push(at);
                named.insert(*hole);
            }
        }
        let (mut nets, holes) = nest(&named);
        let mut inside: Vec<BitSet> = Vec::with_capacity(nets.len());
        let mut by_inside: HashMap<BitSet, usize> = HashMap::new();
        let mut parts: Vec<Vec<(IpNet, Vec<IpNet>)>> = Vec::new();
        for (net, holes) in nets.iter_mut().zip(holes) {
            let mut blocks = net.parent.and_then(|parent| inside.get(parent)).cloned().unwrap_or_default();
            begins.get(&net.net).into_iter().flatten().for_each(|block| blocks.insert(*block));
            let ended: BitSet = ends.get(&net.net).into_iter().flatten().copied().collect();
            blocks.subtract(&ended);
            inside.push(blocks.clone());
            if IpNet::aggregate(&holes).as_slice() == [net.net] {
                continue;
            }
            let class = *by_inside.entry(blocks).or_insert(parts.len());
            net.class = Some(class);
            match parts.get_mut(class) {
                Some(parts) => parts.push((net.net, holes)),
                None => parts.push(vec![(net.net, holes)]),
            }
        }
        let mut members: Vec<BitSet> = vec![BitSet::default(); keys.len()];
        for (net, blocks) in nets.iter().zip(&inside) {
            for block in blocks.iter() {
                if let (Some(class), Some(members)) = (net.class, members.get_mut(block)) {
                    members.insert(class);
                }
            }
        }
        let classes = parts.into_iter().map(AddressClass::new).collect();
        Self { classes, nets, members: keys.into_iter().zip(members).collect() }
    }

    /// Whether there is any block to tell addresses apart.
    pub fn is_divided(&self) -> bool {
        !self.members.is_empty()
    }

    /// The class that `address` belongs to.
    pub fn class_of(&self, address: IpAddr) -> Option<usize> {
        // The last network that starts at or before the address is inside every network that holds the address.
        let before = self.nets.partition_point(|net| net.net.addr() <= address);
        let mut at = before.checked_sub(1);
        while let Some(net) = at.and_then(|at| self.nets.get(at)) {
            if net.net.contains(&address) {
                return net.class;
            }
            at = net.parent;
        }
        None
    }

    /// The classes that `block`, one of those that divided the space, covers.
    pub fn covered(&self, block: &IpBlock) -> BitSet {
        self.members.get(&key(block)).cloned().unwrap_or_default()
    }
}

impl Default for AddressSpace {
    fn default() -> Self {
        Self::divide(std::iter::empty())
    }
}

/// Each network with its parent, and the networks directly inside each.
fn nest(named: &BTreeSet<IpNet>) -> (Vec<Net>, Vec<Vec<IpNet>>) {
    let (mut nets, mut holes): (Vec<Net>, Vec<Vec<IpNet>>) = (Vec::new(), Vec::new());
    let mut open: Vec<usize> = Vec::new();
    // In the order of `IpNet` a network stands before the networks inside it.
    for net in named {
        while let Some(top) = open.last() {
            if nets.get(*top).is_some_and(|parent| parent.net.contains(net)) {
                break;
            }
            open.pop();
        }
        let parent = open.last().copied();
        if let Some(holes) = parent.and_then(|parent| holes.get_mut(parent)) {
            holes.push(*net);
        }
        open.push(nets.len());
        nets.push(Net { net: *net, parent, class: None });
        holes.push(Vec::new());
    }
    (nets, holes)
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
        AddressSpace::divide(blocks.iter())
            .classes
            .iter()
            .map(|class| format!("{}: {}", class.sample, class.ranges()))
            .collect()
    }

    #[test]
    fn every_address_is_in_the_class_that_its_blocks_say() {
        let blocks = [
            block("10.0.0.0/8", &["10.1.0.0/16", "10.1.2.0/24"]),
            block("10.1.2.0/25", &[]),
            block("0.0.0.0/0", &["10.0.0.0/8"]),
            block("2001:db8::/32", &["2001:db8:1::/48"]),
        ];
        let space = AddressSpace::divide(blocks.iter());
        for text in ["10.0.0.0", "10.1.0.9", "10.1.2.127", "10.1.2.128", "9.255.255.255", "11.0.0.0", "255.255.255.255"]
            .into_iter()
            .chain(["::", "2001:db8::1", "2001:db8:1::1", "2001:db9::", "2001:db8:2::"])
        {
            let address: IpAddr = text.parse().unwrap();
            let class = space.class_of(address).unwrap();
            assert!(space.classes[class].contains(address), "{text}");
            for block in &blocks {
                assert_eq!(
                    space.covered(block).contains(class),
                    block_contains(block, address),
                    "{text} {}",
                    block.cidr
                );
            }
        }
    }

    #[test]
    fn cidrs_have_the_holes_cut_out() {
        #[track_caller]
        fn check(parts: &[(&str, &[&str])], expected: &[&str]) {
            let net = |text: &str| -> IpNet { text.parse().unwrap() };
            let parts =
                parts.iter().map(|(whole, holes)| (net(whole), holes.iter().map(|hole| net(hole)).collect())).collect();
            let class = AddressClass { parts, sample: "203.0.113.7".parse().unwrap() };
            assert_eq!(class.cidrs().iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
        }
        check(&[("0.0.0.0/0", &[]), ("::/0", &[])], &["0.0.0.0/0", "::/0"]);
        check(&[("10.0.0.0/8", &["10.64.0.0/10"])], &["10.0.0.0/10", "10.128.0.0/9"]);
        check(&[("192.0.2.0/30", &["192.0.2.1/32", "192.0.2.2/32"])], &["192.0.2.0/32", "192.0.2.3/32"]);
        check(&[("192.0.2.0/31", &["192.0.2.0/32", "192.0.2.1/32"])], &[]);
        check(&[("10.0.0.0/9", &[]), ("10.128.0.0/9", &["10.128.0.0/10"])], &["10.0.0.0/9", "10.192.0.0/10"]);
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
    fn some_networks_hold_no_pod() {
        let check = |net: &str| is_of_no_pod(&net.parse().unwrap());
        for net in [
            "127.0.0.0/8",
            "169.254.169.254/32",
            "224.0.0.0/4",
            "239.1.0.0/16",
            "fe80::/10",
            "febf::/16",
            "ff00::/8",
            "::1/128",
        ] {
            assert!(check(net), "{net}");
        }
        for net in [
            "0.0.0.0/0",
            "126.0.0.0/7",
            "169.254.0.0/15",
            "224.0.0.0/3",
            "10.0.0.0/8",
            "::/0",
            "::/127",
            "fe80::/9",
            "fc00::/7",
        ] {
            assert!(!check(net), "{net}");
        }
    }

    #[test]
    fn a_network_covered_by_its_parts_is_no_class() {
        let halves = [block("0.0.0.0/1", &[]), block("128.0.0.0/1", &[])];
        assert_eq!(names(&halves).len(), 3);
        assert!(names(&halves).iter().all(|name| !name.contains("0.0.0.0/0")));
    }
}
