//! From arguments to an answer, for the commands that ask about one connection.

use netpol_core::Analysis;
use netpol_core::connectivity::Verdict;
use netpol_core::http::Request;
use netpol_core::probe::{self, Probe, Question};

use crate::args::QuestionArgs;
use crate::input::Reader;
use crate::outcome::Outcome;
use crate::{report, state, text};

/// What was asked, of whom, and what came of it.
pub(crate) struct Answered {
    /// The state.
    pub(crate) analysis: Analysis,
    /// The question.
    pub(crate) question: Question,
    /// The answer.
    pub(crate) probe: Probe,
    /// What the run comes to.
    pub(crate) outcome: Outcome,
}

/// Answers the question that `args` asks, reporting what is wrong with it or with its input on standard error.
pub(crate) fn ask(args: &QuestionArgs) -> Result<Answered, Outcome> {
    let input = Reader::default().read(&args.paths);
    let outcome = report::problems(&input.problems);
    if input.sources.is_empty() {
        return Err(outcome);
    }
    let analysis = netpol_core::analyze_under(input.sources, args.cni);
    let outcome = outcome.max(report::findings([(analysis.sources.as_slice(), &analysis.manifests)]));
    state::remarks(&analysis, "here");
    state::plugin(&analysis, args.cni.is_some());
    let failed = |message: String| {
        let end = if message.ends_with('?') { "" } else { "." };
        report::failure(&format!("{message}{end}"));
        Outcome::BadInput
    };
    let question = Question {
        from: args.from.clone(),
        to: args.to.clone(),
        port: args.port.clone(),
        protocol: args.protocol,
        request: request(args).map_err(failed)?,
    };
    let probe = probe::probe(&analysis, &question).map_err(failed)?;
    probe.notes.iter().for_each(|note| report::remark(&format!("{}.", text::capital(note))));
    let refused = match probe.verdict() {
        _ if question.request.is_some() => probe.passes() != Some(true),
        Verdict::Open => false,
        Verdict::Blocked => true,
        // Of the pods behind a name each has to let a port in; of all ports some are enough.
        Verdict::Partial => question.port.is_some() && probe.hops.iter().any(|hop| hop.verdict == Verdict::Blocked),
    };
    let outcome = outcome.max(if refused { Outcome::Negative } else { Outcome::Good });
    Ok(Answered { analysis, question, probe, outcome })
}

/// The request that is asked about. An error is a sentence without its full stop.
fn request(args: &QuestionArgs) -> Result<Option<Request>, String> {
    let Some(mut request) = args.http.clone() else { return Ok(None) };
    if let Some(host) = &args.host {
        request.ask_host(host)?;
    }
    args.headers.iter().try_for_each(|header| request.add_header(header))?;
    Ok(Some(request))
}
