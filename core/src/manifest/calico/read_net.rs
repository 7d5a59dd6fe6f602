//! Reading `nets`: CIDRs as Calico takes them, which is not as Kubernetes does (libcalico-go `lib/net`).

use std::net::IpAddr;

use ipnet::IpNet;

use crate::manifest::decode::Decoder;
use crate::manifest::network_policy::IpBlock;
use crate::manifest::tree::Node;
use crate::source::{Edit, Span};

/// How exact a list of networks must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Strictness {
    /// CIDRs without bits set past the prefix: in rules.
    Rule,
    /// Single addresses too, and any bits: in network sets.
    Set,
}

/// Reads the list of networks `node`; `what` names it in errors.
pub(super) fn read(node: &Node<'_>, what: &str, strictness: Strictness, decoder: &mut Decoder) -> Vec<IpBlock> {
    let items = decoder.list(node, what).unwrap_or_default();
    let mut blocks: Vec<IpBlock> = Vec::new();
    for item in items {
        let Some(cidr) = network(item, what, strictness, decoder) else { continue };
        if blocks.iter().take(SAME).any(|block| block.cidr == cidr) {
            decoder.warn("repeated-value", item.span, format!("`{cidr}` stands twice in {what}."));
        }
        blocks.push(IpBlock { cidr, except: Vec::new(), span: item.span });
    }
    blocks
}

/// How many items are looked through for a repeated one.
const SAME: usize = 256;

fn network(node: &Node<'_>, what: &str, strictness: Strictness, decoder: &mut Decoder) -> Option<IpNet> {
    let text = decoder.string(node, &format!("An item of {what}"))?;
    let net = match (cidr(&text.value), text.value.parse::<IpAddr>()) {
        (Some(net), _) => net,
        (None, Ok(address)) if strictness == Strictness::Set => IpNet::from(address),
        (None, bare) => {
            let message =
                format!("An item of {what} must be a CIDR such as 10.0.0.0/8, and `{}` is not one.", text.value);
            let error = decoder.error("bad-cidr", text.span, message);
            if let Ok(address) = bare {
                let net = IpNet::from(address).to_string();
                error.help = Some(format!("For the one address write `{net}`."));
                error.fix = write(text.span, &net);
            }
            return None;
        }
    };
    let network = net.trunc();
    if net != network {
        let bits = format!("`{net}` has bits set past its prefix");
        if strictness == Strictness::Rule {
            let error = decoder.error("bad-cidr", text.span, format!("{bits}, and Calico refuses it."));
            error.help = Some(format!("Write `{network}`."));
            error.fix = write(text.span, &network.to_string());
            return None;
        }
        decoder.warn("sloppy-cidr", text.span, format!("{bits}: it is read as {network}."));
    }
    Some(network)
}

/// Go's `net.ParseCIDR`: no leading zeros in the address.
fn cidr(text: &str) -> Option<IpNet> {
    let (address, prefix) = text.split_once('/')?;
    let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
    IpNet::new(address.parse().ok()?, digits.then(|| prefix.parse().ok()).flatten()?).ok()
}

fn write(span: Span, text: &str) -> Vec<Edit> {
    vec![Edit::replace(span.start, span.end, text)]
}
