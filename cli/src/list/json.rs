//! The list as JSON: the schema of docs/list-json.md, an entry a line, written as it is worked out.

use std::io::{self, Write};
use std::net::IpAddr;

use ipnet::IpNet;
use netpol_core::Analysis;
use netpol_core::cluster::{Cluster, Endpoint, EndpointKind};
use netpol_core::labels::Labels;
use serde::Serialize;

use crate::answer::Answer;
use crate::json;

#[derive(Serialize)]
#[serde(untagged)]
enum EndpointEntry<'c> {
    Inside {
        id: &'c str,
        kind: &'static str,
        namespace: &'c str,
        labels: &'c Labels,
        addresses: &'c [IpAddr],
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        assumed: bool,
    },
    Outside {
        id: &'c str,
        kind: &'static str,
        cidrs: Vec<IpNet>,
    },
    Host {
        id: &'c str,
        kind: &'static str,
    },
}

#[derive(Serialize)]
struct ConnectionEntry<'c> {
    from: &'c str,
    to: &'c str,
    #[serde(flatten)]
    answer: Answer<'c>,
}

/// Writes the whole list.
pub(crate) fn write(out: &mut dyn Write, analysis: &Analysis) -> io::Result<()> {
    let cluster = &analysis.cluster;
    let id = |at: usize| cluster.endpoints.get(at).map_or("", |endpoint| endpoint.id.as_str());
    write!(out, "{{\"cni\":\"{}\",\"endpoints\":", analysis.cni.name())?;
    json::array(out, cluster.endpoints.iter().map(|endpoint| entry(endpoint, cluster)))?;
    write!(out, ",\"connections\":")?;
    let connections =
        super::pairs(analysis).map(|(from, to, answer)| ConnectionEntry { from: id(from), to: id(to), answer });
    json::array(out, connections)?;
    writeln!(out, "}}")
}

fn entry<'c>(endpoint: &'c Endpoint, cluster: &'c Cluster) -> EndpointEntry<'c> {
    let id = &endpoint.id;
    match &endpoint.kind {
        EndpointKind::External(class) => EndpointEntry::Outside { id, kind: "External", cidrs: class.cidrs() },
        EndpointKind::Domain(_) => EndpointEntry::Host { id, kind: "Host" },
        EndpointKind::Workload(kind) => EndpointEntry::Inside {
            id,
            kind: kind.name(),
            namespace: cluster.namespace_of(endpoint).map_or("", |namespace| namespace.name.as_str()),
            labels: &endpoint.labels,
            addresses: &endpoint.addresses,
            assumed: endpoint.assumed,
        },
    }
}
