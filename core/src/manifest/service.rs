//! Services, and the addresses behind those without a selector (core/v1 Service and Endpoints, discovery.k8s.io/v1
//! EndpointSlice).

use std::net::IpAddr;

use super::cidr;
use super::decode::{Decoder, Fields};
use super::meta::{self, Meta, MetaRules};
use super::network_policy::IpBlock;
use super::port;
use super::selector;
use super::tree::Node;
use crate::labels::Labels;
use crate::ports::Protocol;

/// A Service as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Name, namespace, place.
    pub meta: Meta,
    /// `spec.selector`: the labels that its pods carry; `None` when absent or empty, and then others say what is
    /// behind it.
    pub selector: Option<Labels>,
    /// `spec.ports`.
    pub ports: Vec<ServicePort>,
    /// `clusterIP: None`: its name stands for the addresses of its pods, and ports are not translated.
    pub headless: bool,
    /// The addresses that lead to it: `spec.clusterIPs`, `spec.externalIPs`, and those of a load balancer.
    pub addresses: Vec<IpAddr>,
    /// Whether clients outside the cluster can ask for it.
    pub exposure: Exposure,
    /// `spec.externalName` of a Service of that type: another name, outside.
    pub external_name: Option<String>,
}

/// Whether clients outside the cluster can ask for a Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exposure {
    /// They cannot.
    Cluster,
    /// By a port of every node or by a load balancer. Nodes pass connections on with addresses of their own.
    Nodes,
    /// The same with `externalTrafficPolicy: Local`: pods see the client's address.
    NodesLocal,
}

/// One of a Service's `ports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServicePort {
    /// `name`, if it has one.
    pub name: Option<String>,
    /// `port`: what clients ask for.
    pub port: u16,
    /// `protocol`, or TCP.
    pub protocol: Protocol,
    /// `targetPort`: where the connection arrives.
    pub target: TargetPort,
}

/// Where a Service's port leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TargetPort {
    /// To this port of every pod.
    Number(u16),
    /// To the container port of this name, pod by pod.
    Name(String),
}

/// Addresses behind a Service: an EndpointSlice, or one subset of an Endpoints object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointSlice {
    /// The Service's namespace.
    pub namespace: String,
    /// The Service's name.
    pub service: String,
    /// Where it leads: each address as a block, to tell it from others outside.
    pub addresses: Vec<IpBlock>,
    /// The ports there, by the name of the Service's port.
    pub ports: Vec<(Option<String>, u16, Protocol)>,
}

/// The label by which an EndpointSlice names its Service.
const SERVICE_NAME: &str = "kubernetes.io/service-name";

/// Reads a Service.
pub(crate) fn service(fields: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<Service> {
    let meta = meta::read(fields, MetaRules { namespaced: true, strict: false, label_name: true }, decoder);
    let spec = fields.get("spec").and_then(|node| decoder.mapping(node, "spec"));
    let get = |name: &str| spec.and_then(|spec| spec.get(name));
    let selector = get("selector").map(|node| selector::labels(node, "selector", decoder));
    let mut ports = Vec::new();
    for item in get("ports").and_then(|node| decoder.list(node, "ports")).unwrap_or_default() {
        ports.extend(service_port(item, decoder));
    }
    let mut listed: Vec<&Node<'_>> = get("clusterIP").into_iter().collect();
    for field in ["clusterIPs", "externalIPs"] {
        listed.extend(items(get(field), field, decoder));
    }
    let balancer = fields.get("status").and_then(|node| node.get("loadBalancer")).and_then(|node| node.get("ingress"));
    listed.extend(items(balancer, "ingress", decoder).iter().filter_map(|node| node.get("ip")));
    let texts: Vec<&str> = listed.into_iter().filter_map(Node::text).collect();
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in texts.iter().filter_map(|text| cidr::address(text)) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    let word = |name: &str| get(name).and_then(Node::text);
    let external_name = word("externalName").filter(|_| word("type") == Some("ExternalName")).map(str::to_owned);
    let exposed = matches!(word("type"), Some("NodePort" | "LoadBalancer")) || get("externalIPs").is_some();
    let exposure = match (exposed, word("externalTrafficPolicy")) {
        (false, _) => Exposure::Cluster,
        (true, Some("Local")) => Exposure::NodesLocal,
        (true, _) => Exposure::Nodes,
    };
    Some(Service {
        meta: meta?,
        selector: selector.filter(|labels| !labels.is_empty()),
        ports,
        headless: texts.contains(&"None"),
        addresses,
        exposure,
        external_name,
    })
}

fn service_port(node: &Node<'_>, decoder: &mut Decoder) -> Option<ServicePort> {
    let fields = decoder.mapping(node, "A Service's port")?;
    let Some(number) = fields.get("port") else {
        decoder.error("missing-field", fields.head(), "A Service's port needs a `port`.");
        return None;
    };
    let port = port::number(number, "port", decoder)?;
    let target = match fields.get("targetPort") {
        None => TargetPort::Number(port),
        Some(node) if node.is_text() => TargetPort::Name(decoder.string(node, "targetPort")?.value),
        Some(node) => TargetPort::Number(port::number(node, "targetPort", decoder)?),
    };
    let name = fields.get("name").and_then(|node| decoder.string(node, "A port's name")).map(|name| name.value);
    let name = name.filter(|name| !name.is_empty());
    Some(ServicePort { name, port, protocol: port::protocol(&fields, decoder)?, target })
}

/// Reads an EndpointSlice; `None` when it names no Service.
pub(crate) fn slice(fields: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<EndpointSlice> {
    let meta = meta::read(fields, MetaRules { namespaced: true, strict: false, label_name: false }, decoder)?;
    let service = meta.labels.get(SERVICE_NAME)?.clone();
    let mut addresses = Vec::new();
    for endpoint in items(fields.get("endpoints"), "endpoints", decoder) {
        // Connections lead to ready endpoints only; one that does not say so is.
        let ready = endpoint.get("conditions").and_then(|node| node.get("ready")).and_then(Node::text);
        if ready == Some("false") {
            continue;
        }
        let listed = endpoint.get("addresses");
        addresses.extend(items(listed, "addresses", decoder).iter().filter_map(|node| address(node, decoder)));
    }
    let ports = slice_ports(fields.get("ports"), decoder);
    Some(EndpointSlice { namespace: meta.namespace, service, addresses, ports })
}

/// Reads an Endpoints object: one slice for each of its subsets.
pub(crate) fn endpoints(fields: &Fields<'_, '_>, decoder: &mut Decoder) -> Option<Vec<EndpointSlice>> {
    let meta = meta::read(fields, MetaRules { namespaced: true, strict: false, label_name: false }, decoder)?;
    let mut slices = Vec::new();
    for subset in items(fields.get("subsets"), "subsets", decoder) {
        let listed = items(subset.get("addresses"), "addresses", decoder);
        let addresses =
            listed.iter().filter_map(|node| node.get("ip")).filter_map(|node| address(node, decoder)).collect();
        let ports = slice_ports(subset.get("ports"), decoder);
        let (namespace, service) = (meta.namespace.clone(), meta.name.value.clone());
        slices.push(EndpointSlice { namespace, service, addresses, ports });
    }
    Some(slices)
}

fn slice_ports(node: Option<&Node<'_>>, decoder: &mut Decoder) -> Vec<(Option<String>, u16, Protocol)> {
    let mut ports = Vec::new();
    for item in items(node, "ports", decoder) {
        let Some(fields) = decoder.mapping(item, "A port") else { continue };
        let name = fields.get("name").and_then(Node::text).filter(|name| !name.is_empty()).map(str::to_owned);
        let number = fields.get("port").and_then(|node| port::number(node, "port", decoder));
        if let (Some(number), Some(protocol)) = (number, port::protocol(&fields, decoder)) {
            ports.push((name, number, protocol));
        }
    }
    ports
}

fn items<'n, 't>(node: Option<&'n Node<'t>>, what: &str, decoder: &mut Decoder) -> &'n [Node<'t>] {
    node.filter(|node| !node.is_null()).and_then(|node| decoder.list(node, what)).unwrap_or_default()
}

fn address(node: &Node<'_>, decoder: &mut Decoder) -> Option<IpBlock> {
    let address = node.text().and_then(cidr::address);
    if address.is_none() {
        decoder.error("bad-address", node.span, "An endpoint's address must be an IPv4 or IPv6 address.");
    }
    address.map(|address| IpBlock { cidr: address.into(), except: Vec::new(), span: node.span })
}
