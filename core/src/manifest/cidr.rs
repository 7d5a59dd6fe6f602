//! CIDRs as the API server reads them: sloppily before Kubernetes 1.36, which refuses what is warned of here.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net};

use super::decode::{Decoder, Spanned};
use super::tree::Node;

/// Reads a CIDR; `what` names it in errors. Host bits, leading zeros and IPv4-mapped IPv6 get a warning, and the
/// network that is meant.
pub(crate) fn read(node: &Node<'_>, what: &str, decoder: &mut Decoder) -> Option<IpNet> {
    let (text, network, slip) = parse(node, what, decoder)?;
    if let Some(slip) = slip {
        let reason = slip.reason();
        let message = format!("`{}` is read as {network}: {reason}. Kubernetes 1.36 and later refuse it.", text.value);
        decoder.warn("sloppy-cidr", text.span, message).help = Some(format!("Write `{network}`."));
    }
    Some(network)
}

/// Reads a CIDR that CEL's `isCIDR` must hold for: leading zeros and IPv4-mapped IPv6 are errors, and host bits are if
/// it must be `masked`.
pub(crate) fn read_strictly(node: &Node<'_>, what: &str, masked: bool, decoder: &mut Decoder) -> Option<IpNet> {
    let (text, network, slip) = parse(node, what, decoder)?;
    let Some(slip) = slip else { return Some(network) };
    let help = Some(format!("Write `{network}`."));
    if masked || slip != Slip::HostBits {
        let message = format!("`{}` is not a valid CIDR: {}.", text.value, slip.reason());
        decoder.error("bad-cidr", text.span, message).help = help;
        return None;
    }
    let message = format!("`{}` is read as {network}: {}.", text.value, slip.reason());
    decoder.warn("sloppy-cidr", text.span, message).help = help;
    Some(network)
}

/// What is wrong with a CIDR that can be read all the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slip {
    Mapped,
    Zeros,
    HostBits,
}

impl Slip {
    fn reason(self) -> &'static str {
        match self {
            Slip::Mapped => "it is an IPv4-mapped IPv6 range",
            Slip::Zeros => "its numbers have leading zeros",
            Slip::HostBits => "its address has bits set past the prefix",
        }
    }
}

/// The text of a CIDR, the network that it means, and whether it is written badly.
fn parse(node: &Node<'_>, what: &str, decoder: &mut Decoder) -> Option<(Spanned<String>, IpNet, Option<Slip>)> {
    let text = decoder.string(node, what)?;
    let Some((address, prefix)) = text.value.split_once('/') else {
        let bare = address(&text.value).is_some();
        let message = format!("{what} must be a CIDR such as 10.0.0.0/8, and `{}` is not one.", text.value);
        let error = decoder.error("bad-cidr", text.span, message);
        error.help = bare.then(|| {
            let len = if text.value.contains(':') { 128 } else { 32 };
            format!("For the one address write `{}/{len}`.", text.value)
        });
        return None;
    };
    let parsed = address_and_zeros(address).zip(prefix_len(prefix)).and_then(|((ip, _), len)| IpNet::new(ip, len).ok());
    let Some(net) = parsed else {
        decoder.error(
            "bad-cidr",
            text.span,
            format!("{what} must be a CIDR such as 10.0.0.0/8, and `{}` is not one.", text.value),
        );
        return None;
    };
    let zeros = address_and_zeros(address).is_some_and(|(_, zeros)| zeros);
    let network = unmapped(net.trunc());
    let slip = if network.addr().is_ipv4() && net.addr().is_ipv6() {
        Some(Slip::Mapped)
    } else if zeros {
        Some(Slip::Zeros)
    } else if net != net.trunc() {
        Some(Slip::HostBits)
    } else {
        None
    };
    Some((text, network, slip))
}

/// An address, leading zeros forgiven.
pub(crate) fn address(text: &str) -> Option<IpAddr> {
    address_and_zeros(text).map(|(ip, _)| ip)
}

fn prefix_len(text: &str) -> Option<u8> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok()).flatten()
}

fn address_and_zeros(text: &str) -> Option<(IpAddr, bool)> {
    if text.contains(':') {
        return text.parse::<Ipv6Addr>().ok().map(|ip| (IpAddr::V6(ip), false));
    }
    let parts: Vec<&str> = text.split('.').collect();
    let numbers: Option<Vec<u8>> = parts
        .iter()
        .map(|part| (!part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok()).flatten())
        .collect();
    let [a, b, c, d] = numbers?.try_into().ok()?;
    let zeros = parts.iter().any(|part| part.len() > 1 && part.starts_with('0'));
    Some((IpAddr::V4(Ipv4Addr::new(a, b, c, d)), zeros))
}

/// Go treats `::ffff:10.0.0.0/104` as 10.0.0.0/8 when it compares addresses (`net.IPNet.Contains`).
fn unmapped(net: IpNet) -> IpNet {
    let IpNet::V6(v6) = net else { return net };
    let Some(v4) = v6.addr().to_ipv4_mapped() else { return net };
    let len = v6.prefix_len().saturating_sub(96);
    Ipv4Net::new(v4, len).map_or(net, |v4| IpNet::V4(v4.trunc()))
}
