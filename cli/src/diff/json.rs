//! The differences as JSON: the schema of docs/diff-json.md, an entry a line, written as it is worked out.

use std::io::{self, Write};

use serde::Serialize;

use crate::answer::Answer;
use crate::json;
use netpol_core::cni::Cni;
use netpol_core::diff::{Comparison, ConnectionChange as Change, Party};
use netpol_core::external::AddressClass;

#[derive(Serialize)]
struct EndpointEntry<'c> {
    id: &'c str,
    change: &'static str,
}

#[derive(Serialize)]
struct OutsideEntry<'c> {
    id: &'c str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cidrs: Option<Vec<ipnet::IpNet>>,
}

#[derive(Serialize)]
struct ChangeEntry<'c> {
    from: &'c str,
    to: &'c str,
    change: &'static str,
    before: Option<Answer<'c>>,
    after: Option<Answer<'c>>,
}

/// Writes everything that differs.
pub(super) fn write(out: &mut dyn Write, comparison: &Comparison<'_>, cni: Cni) -> io::Result<()> {
    let parties = &comparison.parties;
    write!(out, "{{\"cni\":\"{}\",\"endpoints\":", cni.name())?;
    json::array(out, parties.iter().filter(|party| party.comes_or_goes()).map(endpoint))?;
    write!(out, ",\"external\":")?;
    json::array(out, parties.iter().filter_map(outside))?;
    write!(out, ",\"connections\":")?;
    json::array(out, comparison.changes().map(|change| connection(&change, parties)))?;
    writeln!(out, "}}")
}

fn endpoint(party: &Party) -> EndpointEntry<'_> {
    EndpointEntry { id: &party.id, change: if party.after.is_some() { "added" } else { "removed" } }
}

fn outside(party: &Party) -> Option<OutsideEntry<'_>> {
    let cidrs = party.class.as_ref().map(AddressClass::cidrs);
    party.is_outside().then_some(OutsideEntry { id: &party.id, cidrs })
}

fn connection<'c>(change: &Change<'c>, parties: &'c [Party]) -> ChangeEntry<'c> {
    let id = |at: usize| parties.get(at).map_or("", |party| party.id.as_str());
    ChangeEntry {
        from: id(change.from),
        to: id(change.to),
        change: change.kind.word(),
        before: change.before.map(Answer::from),
        after: change.after.map(Answer::from),
    }
}
