//! Names that nothing here answers to: what they mean for a verdict is said where they stand.

use crate::diagnostic::Diagnostic;
use crate::labels::Labels;
use crate::manifest::cilium::{CiliumSelector, Entry, GroupRef, LabelSource, PeerKind, Peers, Section};
use crate::manifest::{CiliumCidrGroup, CiliumPolicy, Manifests};
use crate::source::{Place, Span};

/// A warning for every Service and CIDR group that is meant and not there.
pub(in crate::policy) fn remarks(manifests: &Manifests) -> Vec<Diagnostic> {
    let mut out = Vec::new();
    for policy in &manifests.cilium {
        for section in policy.rules.iter().filter(|rule| !rule.nodes).flat_map(|rule| &rule.sections) {
            section.entries.iter().for_each(|entry| remark(manifests, policy, section, entry, &mut out));
        }
    }
    out
}

fn remark(manifests: &Manifests, policy: &CiliumPolicy, section: &Section, entry: &Entry, out: &mut Vec<Diagnostic>) {
    let Peers::Listed { field, items, span } = &entry.peers else { return };
    let mut warn = |code: &'static str, span: Span, message: String| {
        out.push(Diagnostic::warning(code, Place { file: policy.meta.place.file, span }, message));
    };
    for item in items {
        if let PeerKind::Group { groups, .. } = &item.kind
            && !manifests.cilium_groups.iter().any(|group| groups.means(group))
        {
            let message = match groups {
                GroupRef::Named(name) => format!("No CiliumCIDRGroup is called `{name}` here: this names no address."),
                GroupRef::Labels(_) => "No CiliumCIDRGroup here has such labels: this names no address.".to_owned(),
            };
            warn("unknown-group", item.span, message);
        }
    }
    if *field != "toServices" {
        return;
    }
    let wide = !entry.ports.is_empty() || !entry.icmps.is_empty();
    if section.deny {
        let effect = if wide { "it denies every destination on its ports" } else { "it denies nothing" };
        let message = format!("Cilium does not look up `toServices` in egressDeny: {effect}.");
        warn("unknown-service", *span, message);
    } else if items.iter().all(|item| behind(manifests, &item.kind, false).is_empty()) {
        let effect =
            if wide { "until there is one, Cilium allows every destination on its ports" } else { "it allows nothing" };
        warn("unknown-service", *span, format!("This means no Service that is here: {effect}."));
    }
}

/// The Services with something behind them that an item of `toServices` means, by their places in the text
/// (`serviceSelectorMatches` and `serviceRefMatches` in `pkg/policy/k8s/service.go`).
pub(super) fn behind(manifests: &Manifests, peer: &PeerKind, deny: bool) -> Vec<usize> {
    let PeerKind::Service { named, selected } = peer else { return Vec::new() };
    if deny {
        return Vec::new();
    }
    let within = |namespace: &Option<String>, own: &str| namespace.as_deref().is_none_or(|wanted| wanted == own);
    let services = manifests.services.iter().enumerate();
    let meant = services.filter(|(_, service)| {
        let meta = &service.meta;
        let means = match (selected, named) {
            (Some(selected), _) => {
                within(&selected.namespace, &meta.namespace) && matches(&selected.selector, &meta.labels)
            }
            (None, Some(named)) => within(&named.namespace, &meta.namespace) && named.name == meta.name.value,
            (None, None) => false,
        };
        let own = |(namespace, name): (&String, &String)| (namespace, name) == (&meta.namespace, &meta.name.value);
        let listed = || {
            let mut slices = manifests.slices.iter().filter(|slice| own((&slice.namespace, &slice.service)));
            slices.any(|slice| !slice.addresses.is_empty())
        };
        means && (service.selector.is_some() || listed())
    });
    meant.map(|(at, _)| at).collect()
}

/// Whether labels of an object that is no pod meet `selector`: they have no source.
fn matches(selector: &CiliumSelector, labels: &Labels) -> bool {
    let none = Labels::new();
    selector.requirements.iter().all(|one| {
        let labels = if one.source == LabelSource::Any { labels } else { &none };
        one.requirement.matches(labels)
    })
}

impl GroupRef {
    /// Whether it means `group`.
    pub(super) fn means(&self, group: &CiliumCidrGroup) -> bool {
        match self {
            GroupRef::Named(name) => *name == group.meta.name.value,
            GroupRef::Labels(selector) => matches(selector, &group.meta.labels),
        }
    }
}
