//! CIDRs by hand: an address is a number, and a network is all numbers that begin with the same bits.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A CIDR as written, and the network it means: some spellings that clusters have accepted mean another one.
#[derive(Debug, Clone)]
pub(crate) struct Cidr {
    pub(crate) written: String,
    address: IpAddr,
    prefix: u32,
}

impl Cidr {
    pub(crate) fn new(written: &str, meant: &str) -> Self {
        let (address, prefix) = meant.split_once('/').expect("a CIDR");
        let prefix = prefix.parse().expect("a prefix length");
        Self { written: written.to_owned(), address: address.parse().expect("an address"), prefix }
    }

    pub(crate) fn of(address: IpAddr, prefix: u32) -> Self {
        Self { written: format!("{address}/{prefix}"), address, prefix }
    }

    /// `0.0.0.0/0` or `::/0`.
    pub(crate) fn is_everything(&self) -> bool {
        self.prefix == 0
    }

    /// Whether no bits are set past the prefix.
    pub(crate) fn is_masked(&self) -> bool {
        self.edges().first() == Some(&self.address)
    }

    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let differing = u32::from(own) ^ u32::from(other);
                self.prefix == 0 || differing >> (32 - self.prefix) == 0
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let differing = u128::from(own) ^ u128::from(other);
                self.prefix == 0 || differing >> (128 - self.prefix) == 0
            }
            _ => false,
        }
    }

    /// Whether every address of `other` is one of its own.
    pub(crate) fn holds(&self, other: &Cidr) -> bool {
        self.contains(other.address) && self.prefix <= other.prefix
    }

    /// What an `except` has to be.
    pub(crate) fn lies_strictly_inside(&self, outer: &Cidr) -> bool {
        outer.contains(self.address) && self.prefix > outer.prefix
    }

    /// A smaller network that holds one of its addresses, which `bits` choose.
    pub(crate) fn part(&self, bits: u128, longer: u32) -> Option<Cidr> {
        let width = if self.address.is_ipv4() { 32 } else { 128 };
        let prefix = self.prefix + longer;
        if longer == 0 || prefix > width {
            return None;
        }
        let address = match self.address {
            IpAddr::V4(own) => {
                let free = u32::MAX.checked_shr(self.prefix).unwrap_or(0);
                let chosen = u32::try_from(bits & u128::from(u32::MAX)).expect("32 bits");
                let kept = u32::MAX.checked_shl(32 - prefix).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from((u32::from(own) & !free | chosen & free) & kept))
            }
            IpAddr::V6(own) => {
                let free = u128::MAX.checked_shr(self.prefix).unwrap_or(0);
                let kept = u128::MAX.checked_shl(128 - prefix).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from((u128::from(own) & !free | bits & free) & kept))
            }
        };
        Some(Cidr::of(address, prefix))
    }

    /// Its first and last address, and their neighbours outside.
    pub(crate) fn edges(&self) -> Vec<IpAddr> {
        match self.address {
            IpAddr::V4(own) => {
                let free = u32::MAX.checked_shr(self.prefix).unwrap_or(0);
                let (first, last) = (u32::from(own) & !free, u32::from(own) | free);
                let edges = [Some(first), Some(last), first.checked_sub(1), last.checked_add(1)];
                edges.into_iter().flatten().map(|bits| IpAddr::V4(Ipv4Addr::from(bits))).collect()
            }
            IpAddr::V6(own) => {
                let free = u128::MAX.checked_shr(self.prefix).unwrap_or(0);
                let (first, last) = (u128::from(own) & !free, u128::from(own) | free);
                let edges = [Some(first), Some(last), first.checked_sub(1), last.checked_add(1)];
                edges.into_iter().flatten().map(|bits| IpAddr::V6(Ipv6Addr::from(bits))).collect()
            }
        }
    }
}
