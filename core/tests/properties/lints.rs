//! What holds of every finding of the lints.

use netpol_core::diagnostic::Diagnostic;
use netpol_core::lint::{self, MAX_OF_A_KIND};
use netpol_core::source::{Edit, Source};
use netpol_core::{Analysis, analyze_under};

/// What is wrong with the findings in `analysis`, if anything is.
pub(crate) fn trouble(analysis: &Analysis) -> Option<String> {
    let found = lint::lint(analysis);
    for code in lint::codes() {
        let count = found.iter().filter(|finding| finding.code == code).count();
        if count > MAX_OF_A_KIND + 1 {
            return Some(format!("{count} findings of {code}"));
        }
    }
    found.iter().find_map(|finding| mistold(analysis, finding).or_else(|| unmended(analysis, &found, finding)))
}

/// A finding that stands nowhere, or says nothing.
fn mistold(analysis: &Analysis, finding: &Diagnostic) -> Option<String> {
    let text = analysis.sources.get(finding.place.file).map(Source::text)?;
    let placed = text.get(finding.place.span.range()).is_some();
    let sentence = finding.message.ends_with(['.', '?']) && !finding.message.contains('\n');
    let known = lint::lesson_of(finding.code).is_some() && finding.help.is_some();
    (!placed || !sentence || !known).then(|| format!("{finding:?} is not complete"))
}

/// A fix that leaves its finding, or breaks the text.
fn unmended(analysis: &Analysis, found: &[Diagnostic], finding: &Diagnostic) -> Option<String> {
    if finding.fix.is_empty() {
        return None;
    }
    let mut sources = analysis.sources.clone();
    let source = sources.get_mut(finding.place.file)?;
    *source = Source::new(source.name(), Edit::apply(&finding.fix, source.text()));
    let text = source.text().to_owned();
    let after = analyze_under(sources, analysis.cni);
    let same = |others: &[Diagnostic]| {
        others.iter().filter(|other| (other.code, &other.message) == (finding.code, &finding.message)).count()
    };
    let broken = after.manifests.refused > analysis.manifests.refused
        || after.manifests.diagnostics.len() > analysis.manifests.diagnostics.len();
    let left = same(&lint::lint(&after)) >= same(found);
    (broken || left).then(|| format!("{finding:?}\nis not mended (broken: {broken}):\n{text}"))
}
