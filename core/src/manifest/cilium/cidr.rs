//! CIDRs as Cilium reads them (Go's `net/netip`): without leading zeros; bits past the prefix do not matter.

use std::net::IpAddr;

use ipnet::IpNet;

use crate::manifest::decode::Decoder;
use crate::manifest::tree::Node;

/// Reads a CIDR, or with `bare` also a single address.
pub(super) fn read(node: &Node<'_>, what: &str, bare: bool, decoder: &mut Decoder) -> Option<IpNet> {
    let text = decoder.string(node, what)?;
    let address: Option<IpAddr> = text.value.parse().ok();
    if bare && let Some(address) = address {
        return Some(IpNet::from(address));
    }
    let Some(net) = prefix(&text.value) else {
        let such = if bare { "a CIDR or an address" } else { "a CIDR" };
        let message = format!("{what} must be {such} such as 10.0.0.0/8, and `{}` is not one.", text.value);
        let len = if text.value.contains(':') { 128 } else { 32 };
        decoder.error("bad-cidr", text.span, message).help =
            address.map(|_| format!("For the one address write `{}/{len}`.", text.value));
        return None;
    };
    if net != net.trunc() {
        let message = format!("`{}` is read as {}: its address has bits set past the prefix.", text.value, net.trunc());
        decoder.warn("sloppy-cidr", text.span, message).help = Some(format!("Write `{}`.", net.trunc()));
    }
    Some(net.trunc())
}

/// Reads a list of CIDRs that lie in `cidr`, where it is known; they may equal it.
pub(super) fn except(node: &Node<'_>, cidr: Option<IpNet>, decoder: &mut Decoder) -> Vec<(IpNet, crate::source::Span)> {
    let mut out = Vec::new();
    for item in decoder.list(node, "except").unwrap_or_default() {
        let Some(hole) = read(item, "An item of except", false, decoder) else { continue };
        match cidr {
            Some(cidr) if !cidr.contains(&hole) => {
                decoder.error("bad-except", item.span, format!("`{hole}` must lie inside the cidr `{cidr}`."));
            }
            _ => out.push((hole, item.span)),
        }
    }
    out
}

fn prefix(text: &str) -> Option<IpNet> {
    let (address, len) = text.split_once('/')?;
    let plain = !len.is_empty() && len.bytes().all(|b| b.is_ascii_digit()) && (len == "0" || !len.starts_with('0'));
    IpNet::new(address.parse().ok()?, len.parse().ok().filter(|_| plain)?).ok()
}
