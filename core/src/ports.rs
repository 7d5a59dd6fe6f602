//! Exact sets of (protocol, port): union, intersection, subtraction, and how people write them.

use std::fmt;

/// The protocols that a NetworkPolicy port can name (core/v1 `Protocol`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocol {
    /// TCP, the default.
    Tcp,
    /// UDP.
    Udp,
    /// SCTP.
    Sctp,
}

impl Protocol {
    /// All of them, in the order in which sets are written.
    pub const ALL: [Protocol; 3] = [Protocol::Tcp, Protocol::Udp, Protocol::Sctp];

    /// `TCP`, `UDP` or `SCTP`.
    pub fn name(self) -> &'static str {
        match self {
            Protocol::Tcp => "TCP",
            Protocol::Udp => "UDP",
            Protocol::Sctp => "SCTP",
        }
    }

    /// The protocol of that exact name; the API knows upper case only.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|protocol| protocol.name() == name)
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// An inclusive range of port numbers, 1 to 65535.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PortRange {
    /// The lowest port in it.
    pub first: u16,
    /// The highest port in it.
    pub last: u16,
}

impl PortRange {
    /// Every port there is.
    pub const ALL: PortRange = PortRange { first: 1, last: u16::MAX };
}

impl fmt::Display for PortRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first == self.last { write!(f, "{}", self.first) } else { write!(f, "{}-{}", self.first, self.last) }
    }
}

/// A set of (protocol, port), kept as sorted ranges with gaps between them, one list a protocol.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PortSet {
    ranges: [Vec<PortRange>; 3],
}

impl PortSet {
    /// The set of all ports of all protocols.
    pub fn all() -> Self {
        Self { ranges: [const { PortRange::ALL }; 3].map(|range| vec![range]) }
    }

    /// The set of one range of one protocol.
    pub fn of(protocol: Protocol, range: PortRange) -> Self {
        let mut set = Self::default();
        set.add(protocol, range);
        set
    }

    /// Whether nothing is in it.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.ranges.iter().all(Vec::is_empty)
    }

    /// Whether everything is in it.
    pub fn is_all(&self) -> bool {
        self.ranges.iter().all(|ranges| ranges.as_slice() == [PortRange::ALL])
    }

    /// The ranges of `protocol`, in order, not touching one another.
    pub fn ranges(&self, protocol: Protocol) -> &[PortRange] {
        self.ranges.get(protocol as usize).map_or(&[], Vec::as_slice)
    }

    /// Whether `port` of `protocol` is in it.
    pub fn contains(&self, protocol: Protocol, port: u16) -> bool {
        self.ranges(protocol).iter().any(|range| range.first <= port && port <= range.last)
    }

    /// Adds a range.
    pub fn add(&mut self, protocol: Protocol, range: PortRange) {
        let Some(ranges) = self.ranges.get_mut(protocol as usize) else { return };
        let mut new = range;
        ranges.retain(|old| {
            let apart =
                u32::from(old.last) + 1 < u32::from(new.first) || u32::from(new.last) + 1 < u32::from(old.first);
            if !apart {
                new = PortRange { first: new.first.min(old.first), last: new.last.max(old.last) };
            }
            apart
        });
        let at = ranges.partition_point(|old| old.first < new.first);
        ranges.insert(at, new);
    }

    /// Adds everything in `other`.
    pub fn unite(&mut self, other: &PortSet) {
        for protocol in Protocol::ALL {
            for range in other.ranges(protocol) {
                self.add(protocol, *range);
            }
        }
    }

    /// What is in both.
    pub fn intersection(&self, other: &PortSet) -> PortSet {
        let mut out = PortSet::default();
        for protocol in Protocol::ALL {
            for a in self.ranges(protocol) {
                for b in other.ranges(protocol) {
                    let (first, last) = (a.first.max(b.first), a.last.min(b.last));
                    if first <= last {
                        out.add(protocol, PortRange { first, last });
                    }
                }
            }
        }
        out
    }

    /// What is in this set and not in `other`.
    pub fn without(&self, other: &PortSet) -> PortSet {
        let mut rest = PortSet::default();
        for protocol in Protocol::ALL {
            for range in self.ranges(protocol) {
                let mut from = u32::from(range.first);
                for cut in other.ranges(protocol) {
                    let gap_end = u32::from(cut.first).saturating_sub(1).min(u32::from(range.last));
                    rest.add_wide(protocol, from, gap_end);
                    from = from.max(u32::from(cut.last) + 1);
                }
                rest.add_wide(protocol, from, u32::from(range.last));
            }
        }
        rest
    }

    fn add_wide(&mut self, protocol: Protocol, first: u32, last: u32) {
        if let (Ok(first), Ok(last), true) = (u16::try_from(first), u16::try_from(last), first <= last) {
            self.add(protocol, PortRange { first, last });
        }
    }

    /// The ranges as people write them, such as `TCP/80`, `UDP/53`, `TCP` (all of TCP), in order.
    pub fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        for protocol in Protocol::ALL {
            for range in self.ranges(protocol) {
                words.push(if *range == PortRange::ALL { protocol.to_string() } else { format!("{protocol}/{range}") });
            }
        }
        words
    }
}

impl fmt::Display for PortSet {
    /// `all ports`, `no port`, or the ranges with commas between them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_all() {
            f.write_str("all ports")
        } else if self.is_empty() {
            f.write_str("no port")
        } else {
            f.write_str(&self.words().join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tcp(first: u16, last: u16) -> PortSet {
        PortSet::of(Protocol::Tcp, PortRange { first, last })
    }

    #[test]
    fn neighbours_grow_together() {
        let mut set = tcp(1, 10);
        set.unite(&tcp(20, 30));
        set.unite(&tcp(11, 19));
        assert_eq!(set, tcp(1, 30));
        set.unite(&tcp(31, 65535));
        assert_eq!(set.to_string(), "TCP");
    }

    #[test]
    fn intersection_and_subtraction_are_exact() {
        let mut set = tcp(80, 80);
        set.unite(&tcp(8000, 8010));
        assert_eq!(set.intersection(&tcp(8005, 9000)), tcp(8005, 8010));
        assert_eq!(set.without(&tcp(80, 8004)), tcp(8005, 8010));
        assert_eq!(tcp(1, 65535).without(&tcp(1, 65535)), PortSet::default());
        assert_eq!(tcp(1, 65535).without(&tcp(65535, 65535)), tcp(1, 65534));
        assert!(PortSet::all().without(&PortSet::default()).is_all());
        assert!(set.intersection(&PortSet::of(Protocol::Udp, PortRange::ALL)).is_empty());
    }

    #[test]
    fn all_protocols_make_all_ports() {
        let mut set = PortSet::default();
        for protocol in Protocol::ALL {
            set.add(protocol, PortRange::ALL);
        }
        assert!(set.is_all());
        assert_eq!(set.to_string(), "all ports");
    }
}
