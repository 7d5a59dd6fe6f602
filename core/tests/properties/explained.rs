//! Explanations beside the verdicts that they explain.

use netpol_core::Analysis;
use netpol_core::explain::{self, Explanation, Flow, Outcome, SideExplanation, Standing};
use netpol_core::ports::{PortSet, Protocol};

/// The first pair whose explanation says something else than its verdict.
pub(crate) fn differs(analysis: &Analysis) -> Option<String> {
    let count = analysis.cluster.endpoints.len();
    let pairs = (0..count).flat_map(|from| (0..count).map(move |to| (from, to)));
    pairs.into_iter().find_map(|(from, to)| {
        let name = |at: usize| analysis.cluster.endpoints[at].id.as_str();
        pair_differs(analysis, from, to).map(|difference| format!("{} -> {}: {difference}", name(from), name(to)))
    })
}

fn pair_differs(analysis: &Analysis, from: usize, to: usize) -> Option<String> {
    let connection = analysis.connectivity.connection(from, to)?;
    let whole = explain::explain(analysis, from, to, None)?;
    if whole.allowed != *connection.allowed {
        return Some(format!("the explanation allows {}, the verdict {}", whole.allowed, connection.allowed));
    }
    let refused = match (whole.allows(), whole.egress.allows, whole.ingress.allows) {
        (true, _, _) => (false, false),
        (false, true, true) => (true, true),
        (false, egress, ingress) => (!egress, !ingress),
    };
    if refused != connection.refused_by() {
        return Some(format!("the explanation has {refused:?} refuse it, the verdict {:?}", connection.refused_by()));
    }
    let places = explain::cited(analysis, from, to);
    let inside = |place: &netpol_core::source::Place| {
        let text = analysis.sources.get(place.file).map_or("", |source| source.text());
        text.get(place.span.range()).is_some_and(|cited| !cited.trim().is_empty())
    };
    if let Some((place, _)) = places.iter().find(|(place, _)| !inside(place)) {
        return Some(format!("{place:?} is cited, and there is no text"));
    }
    let flows =
        || Protocol::ALL.into_iter().flat_map(|protocol| [1, 53, 80, 8080, 65535].map(|port| Flow { protocol, port }));
    let asked = flows().map(|flow| (flow, explain::explain(analysis, from, to, Some(flow))));
    for (flow, explanation) in asked {
        let explanation = explanation?;
        if explanation.allows() != connection.allowed.contains(flow.protocol, flow.port) {
            return Some(format!("on {flow} the explanation says {}", explanation.allows()));
        }
        if let Some(difference) = rules_differ(&explanation) {
            return Some(format!("on {flow} {difference}"));
        }
    }
    rules_differ(&whole)
}

/// A side allows exactly when one of its rules does.
fn rules_differ(explanation: &Explanation) -> Option<String> {
    let wrong = |side: &&SideExplanation| {
        let mut rules = side.policies.iter().flat_map(|policy| &policy.rules);
        let some = rules.any(|rule| rule.outcome == Outcome::Matches);
        side.standing == Standing::Isolated && some != side.allows
    };
    let side = explanation.sides().into_iter().find(wrong)?;
    let union = side.policies.iter().flat_map(|policy| &policy.rules).fold(PortSet::default(), |mut union, rule| {
        union.unite(&rule.allowed);
        union
    });
    Some(format!("{:?} allows: {}, and its rules say otherwise (their ports: {union})", side.direction, side.allows))
}
