//! A class of addresses as plain CIDRs, without exceptions.

use ipnet::IpNet;
use netpol_core::external::AddressClass;

/// The fewest CIDRs that hold exactly the addresses of `class`.
pub(crate) fn of(class: &AddressClass) -> Vec<String> {
    let mut nets = Vec::new();
    for (net, holes) in &class.parts {
        let holes: Vec<&IpNet> = holes.iter().collect();
        without(*net, &holes, &mut nets);
    }
    IpNet::aggregate(&nets).iter().map(ToString::to_string).collect()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(parts: &[(&str, &[&str])], expected: &[&str]) {
        let net = |text: &str| -> IpNet { text.parse().unwrap() };
        let parts: Vec<_> =
            parts.iter().map(|(whole, holes)| (net(whole), holes.iter().map(|hole| net(hole)).collect())).collect();
        let class = AddressClass { parts, sample: "203.0.113.7".parse().unwrap() };
        assert_eq!(of(&class), expected);
    }

    #[test]
    fn holes_are_cut_out_exactly() {
        check(&[("0.0.0.0/0", &[]), ("::/0", &[])], &["0.0.0.0/0", "::/0"]);
        check(&[("10.0.0.0/8", &["10.64.0.0/10"])], &["10.0.0.0/10", "10.128.0.0/9"]);
        check(&[("192.0.2.0/30", &["192.0.2.1/32", "192.0.2.2/32"])], &["192.0.2.0/32", "192.0.2.3/32"]);
        check(&[("192.0.2.0/31", &["192.0.2.0/32", "192.0.2.1/32"])], &[]);
        check(&[("10.0.0.0/9", &[]), ("10.128.0.0/9", &["10.128.0.0/10"])], &["10.0.0.0/9", "10.192.0.0/10"]);
    }
}
