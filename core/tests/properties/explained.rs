//! Explanations beside the verdicts that they explain.

use netpol_core::Analysis;
use netpol_core::explain::{self, Ending, Explanation, Flow, Outcome, SideExplanation, Standing};
use netpol_core::policy::Action;
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
        if let Some(difference) = sides_differ(analysis, &explanation) {
            return Some(format!("on {flow} {difference}"));
        }
    }
    sides_differ(analysis, &whole)
}

fn sides_differ(analysis: &Analysis, explanation: &Explanation) -> Option<String> {
    let sides = explanation.sides().into_iter();
    sides.filter_map(|side| side_differs(analysis, side, &explanation.wanted)).next()
}

/// What is asked about is decided in exactly one place for each enforcer: by a rule that lets through or refuses, by a
/// tier that refuses what its rules leave, or by nobody, and then it is allowed. What is let through is what no place
/// refuses, and where only some requests pass perhaps more.
fn side_differs(analysis: &Analysis, side: &SideExplanation, wanted: &PortSet) -> Option<String> {
    if side.standing != Standing::Isolated {
        return (!side.tiers.is_empty() && side.standing != Standing::Itself)
            .then(|| format!("{:?}: {:?}, and there are tiers", side.direction, side.standing));
    }
    let wrong = |what: String| Some(format!("{:?}: {what}", side.direction));
    let (mut open, mut narrowed) = (wanted.clone(), PortSet::default());
    let enforcers = side.tiers.iter().filter_map(|tier| Some(analysis.tiers.get(tier.tier)?.enforcer)).max()?;
    for enforcer in 0..=enforcers {
        let mut left = wanted.clone();
        for tier in side.tiers.iter().filter(|tier| analysis.tiers[tier.tier].enforcer == enforcer) {
            let policies = &side.policies[tier.first..tier.first + tier.policies];
            if policies.iter().any(|policy| policy.tier != tier.tier) {
                return wrong(format!("tier {} has a policy of another one", tier.tier));
            }
            if tier.reached == left.is_empty() {
                return wrong(format!("tier {} is reached: {}, and {left} is left", tier.tier, tier.reached));
            }
            let mut passed = PortSet::default();
            for rule in policies.iter().flat_map(|policy| &policy.rules) {
                let place = |what: &str| wrong(format!("{} of tier {}: {what}", rule.label, tier.tier));
                let decided = rule.decides.clone();
                if decided.intersection(&left) != decided {
                    return place(&format!("decides {decided}, of which only {left} is left"));
                }
                let matches = rule.outcome == Outcome::Matches && rule.action != Action::Log;
                if !(decided.is_empty() || matches && rule.reached) {
                    return place(&format!("decides {decided}, and does not match, or is not reached"));
                }
                // Requests that it does not let through are left to the others.
                if rule.http.is_empty() {
                    left = left.without(&decided);
                } else {
                    narrowed.unite(&decided);
                }
                match rule.action {
                    Action::Deny => open = open.without(&decided),
                    Action::Pass => passed.unite(&decided),
                    Action::Allow | Action::Log => {}
                }
                if rule.allows() && decided.intersection(&side.allowed).is_empty() && enforcers == 0 {
                    return place(&format!("allows {decided}, and the side {}", side.allowed));
                }
            }
            let of = |policy: usize| analysis.policies.get(policy);
            let isolates = policies.iter().filter_map(|trace| of(trace.policy)).any(|own| own.isolates(side.direction));
            // Where some requests pass the others are answered, and the connection is not refused.
            let undecided = if isolates { left.without(&narrowed) } else { left.clone() };
            if undecided != tier.undecided || passed != tier.handed_on {
                let (own, handed_on) = (&tier.undecided, &tier.handed_on);
                return wrong(format!("tier {} leaves {undecided} and {passed}, not {own} and {handed_on}", tier.tier));
            }
            let ending = match (undecided.is_empty(), isolates) {
                (true, _) => Ending::Decided,
                (false, true) => Ending::Refused,
                (false, false) => Ending::HandedOn,
            };
            if ending != tier.ending {
                return wrong(format!("{} is left by tier {}: {:?}", tier.undecided, tier.tier, tier.ending));
            }
            if isolates {
                open = open.without(&undecided);
                left = PortSet::default();
            }
            left.unite(&passed);
        }
    }
    let allowed = side.allowed.intersection(wanted);
    narrowed.unite(&open);
    let same = open.intersection(&allowed) == open && allowed.intersection(&narrowed) == allowed;
    if !same {
        return wrong(format!("it allows {allowed}, and its rules and tiers {open}"));
    }
    (side.allows == allowed.is_empty()).then(|| format!("{:?} allows: {}, but {allowed}", side.direction, side.allows))
}
