//! A small cluster that is always valid, so that the fuzzer need not find out first how one is written.
//!
//! Few names and few labels: then selectors match often, and rules meet.

use std::fmt::{self, Display, Formatter};

use arbitrary::{Arbitrary, Result, Unstructured};

/// Pods and policies in a few namespaces; it displays as YAML.
#[derive(Debug, Clone, Arbitrary)]
pub struct Model {
    namespaces: [Labels; 3],
    pods: Vec<Pod>,
    policies: Vec<Policy>,
}

/// More would only make the fuzzer slow.
const MAX_OBJECTS: usize = 12;

#[derive(Debug, Clone, Arbitrary)]
struct Pod {
    namespace: Word,
    labels: Labels,
    ports: [Option<Port>; 2],
    address: Option<u8>,
    host_network: bool,
}

#[derive(Debug, Clone, Arbitrary)]
struct Policy {
    namespace: Word,
    selector: Selector,
    types: Option<(bool, bool)>,
    ingress: Vec<Rule>,
    egress: Vec<Rule>,
}

#[derive(Debug, Clone, Arbitrary)]
struct Rule {
    peers: Vec<Peer>,
    ports: Vec<Port>,
    peers_flow: bool,
}

#[derive(Debug, Clone, Arbitrary)]
enum Peer {
    Pods(Selector),
    Namespaces(Selector),
    Both(Selector, Selector),
    Block(Cidr, Vec<u8>),
}

#[derive(Debug, Clone, Copy, Arbitrary)]
struct Port {
    protocol: Protocol,
    port: PortName,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Protocol {
    Tcp,
    Udp,
    Sctp,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum PortName {
    Any,
    Number(u16),
    Range(u16, u16),
    Named(Word),
}

/// `10.N.0.0/16` or one of the wide networks.
#[derive(Debug, Clone, Copy, Arbitrary)]
enum Cidr {
    Everything,
    Everything6,
    Ten,
    Part(u8),
}

#[derive(Debug, Clone, Arbitrary)]
struct Selector {
    exact: Labels,
    expressions: Vec<(Word, Operator)>,
}

#[derive(Debug, Clone, Copy, Arbitrary)]
enum Operator {
    In(Word, Word),
    NotIn(Word),
    Exists,
    DoesNotExist,
}

/// Values of the labels `ka`, `kb` and `kc`.
#[derive(Debug, Clone, Copy, Arbitrary)]
struct Labels([Option<Word>; 3]);

/// One of three words.
#[derive(Debug, Clone, Copy)]
struct Word(usize);

impl<'a> Arbitrary<'a> for Word {
    fn arbitrary(u: &mut Unstructured<'a>) -> Result<Self> {
        Ok(Self(u.int_in_range(0..=2)?))
    }
}

impl Display for Word {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(["a", "b", "c"].get(self.0).copied().unwrap_or("a"))
    }
}

impl Display for Labels {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let pairs = ["ka", "kb", "kc"].iter().zip(self.0);
        let pairs = pairs.filter_map(|(key, value)| Some(format!("{key}: {}", value?)));
        write!(f, "{{{}}}", pairs.collect::<Vec<_>>().join(", "))
    }
}

impl Display for Selector {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{{matchLabels: {}", self.exact)?;
        if !self.expressions.is_empty() {
            write!(f, ", matchExpressions: {}", list(&self.expressions, expression))?;
        }
        f.write_str("}")
    }
}

fn expression((key, operator): &(Word, Operator)) -> String {
    let key = format!("key: k{key}");
    match operator {
        Operator::In(a, b) => format!("{{{key}, operator: In, values: [{a}, {b}]}}"),
        Operator::NotIn(a) => format!("{{{key}, operator: NotIn, values: [{a}]}}"),
        Operator::Exists => format!("{{{key}, operator: Exists}}"),
        Operator::DoesNotExist => format!("{{{key}, operator: DoesNotExist}}"),
    }
}

fn list<T>(items: &[T], write: impl Fn(&T) -> String) -> String {
    format!("[{}]", items.iter().map(write).collect::<Vec<_>>().join(", "))
}

impl Protocol {
    fn name(self) -> &'static str {
        match self {
            Protocol::Tcp => "TCP",
            Protocol::Udp => "UDP",
            Protocol::Sctp => "SCTP",
        }
    }
}

/// Any number as one that a port may have, small ones often.
fn number(port: u16) -> u16 {
    (port % 512).max(1)
}

fn policy_port(port: &Port) -> String {
    let protocol = port.protocol.name();
    match port.port {
        PortName::Any => format!("{{protocol: {protocol}}}"),
        PortName::Number(port) => format!("{{protocol: {protocol}, port: {}}}", number(port)),
        PortName::Range(a, b) => {
            let (first, last) = (number(a).min(number(b)), number(a).max(number(b)));
            format!("{{protocol: {protocol}, port: {first}, endPort: {last}}}")
        }
        PortName::Named(word) => format!("{{protocol: {protocol}, port: {word}}}"),
    }
}

fn container_port(port: &Port) -> Option<String> {
    let protocol = port.protocol.name();
    match port.port {
        PortName::Any | PortName::Range(..) => None,
        PortName::Number(port) => Some(format!("{{protocol: {protocol}, containerPort: {}}}", number(port))),
        PortName::Named(word) => Some(format!("{{protocol: {protocol}, containerPort: 8{}, name: {word}}}", word.0)),
    }
}

fn cidr(cidr: Cidr, except: &[u8]) -> String {
    let holes = |hole: &u8| match cidr {
        Cidr::Everything | Cidr::Ten => format!("10.{hole}.0.0/16"),
        Cidr::Everything6 => format!("2001:db8:{hole:x}::/48"),
        Cidr::Part(part) => format!("10.{part}.{hole}.0/24"),
    };
    let net = match cidr {
        Cidr::Everything => "0.0.0.0/0".to_owned(),
        Cidr::Everything6 => "'::/0'".to_owned(),
        Cidr::Ten => "10.0.0.0/8".to_owned(),
        Cidr::Part(part) => format!("10.{part}.0.0/16"),
    };
    let except: Vec<u8> = except.iter().copied().take(4).collect();
    format!("{{cidr: {net}, except: {}}}", list(&except, |hole| format!("'{}'", holes(hole))))
}

/// The fields of a peer, one text each.
fn peer_fields(peer: &Peer) -> Vec<String> {
    match peer {
        Peer::Pods(pods) => vec![format!("podSelector: {pods}")],
        Peer::Namespaces(namespaces) => vec![format!("namespaceSelector: {namespaces}")],
        Peer::Both(pods, namespaces) => {
            vec![format!("podSelector: {pods}"), format!("namespaceSelector: {namespaces}")]
        }
        Peer::Block(net, except) => vec![format!("ipBlock: {}", cidr(*net, except))],
    }
}

fn rules(field: &str, peers_field: &str, rules: &[Rule], f: &mut Formatter<'_>) -> fmt::Result {
    if rules.is_empty() {
        return Ok(());
    }
    writeln!(f, "  {field}:")?;
    for rule in rules {
        writeln!(f, "  - ports: {}", list(&rule.ports, policy_port))?;
        if rule.peers_flow {
            let flow = list(&rule.peers, |peer| format!("{{{}}}", peer_fields(peer).join(", ")));
            writeln!(f, "    {peers_field}: {flow}")?;
        } else if !rule.peers.is_empty() {
            writeln!(f, "    {peers_field}:")?;
            for peer in &rule.peers {
                writeln!(f, "    - {}", peer_fields(peer).join("\n      "))?;
            }
        }
    }
    Ok(())
}

impl Display for Model {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        for (at, labels) in self.namespaces.iter().enumerate() {
            let name = Word(at);
            writeln!(f, "---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}, labels: {labels}}}")?;
        }
        for (at, pod) in self.pods.iter().take(MAX_OBJECTS).enumerate() {
            let Pod { namespace, labels, ports, .. } = pod;
            writeln!(f, "---\napiVersion: v1\nkind: Pod")?;
            writeln!(f, "metadata: {{name: pod{at}, namespace: {namespace}, labels: {labels}}}")?;
            let ports: Vec<String> = ports.iter().flatten().filter_map(container_port).collect();
            let ports = ports.join(", ");
            writeln!(f, "spec: {{hostNetwork: {}, containers: [{{ports: [{ports}]}}]}}", pod.host_network)?;
            if let Some(part) = pod.address {
                writeln!(f, "status: {{podIP: 10.{part}.0.{at}}}")?;
            }
        }
        for (at, policy) in self.policies.iter().take(MAX_OBJECTS).enumerate() {
            writeln!(f, "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy")?;
            writeln!(f, "metadata: {{name: policy{at}, namespace: {}}}", policy.namespace)?;
            writeln!(f, "spec:\n  podSelector: {}", policy.selector)?;
            if let Some((ingress, egress)) = policy.types {
                let types = [(ingress, "Ingress"), (egress, "Egress")];
                let types: Vec<&str> = types.iter().filter(|(on, _)| *on).map(|(_, name)| *name).collect();
                writeln!(f, "  policyTypes: [{}]", types.join(", "))?;
            }
            rules("ingress", "from", &policy.ingress, f)?;
            rules("egress", "to", &policy.egress, f)?;
        }
        Ok(())
    }
}
