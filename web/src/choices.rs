//! What a reader chooses: which text, which panel, which question, how fast.

use netpol_core::http::Request;
use netpol_core::ports::Protocol;
use netpol_core::probe::{PortName, Question};

/// Which of the two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Network policies; file 0 of every analysis.
    Policies,
    /// Pods and namespaces; file 1.
    Cluster,
}

impl Tab {
    /// The index of the tab's text.
    pub fn file(self) -> usize {
        usize::from(self == Tab::Cluster)
    }

    /// The tab that shows text `file`.
    pub fn of_file(file: usize) -> Self {
        if file == 0 { Tab::Policies } else { Tab::Cluster }
    }
}

/// What can stand under the figure, or, where there is one column, in the place of the editors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// Why the selected arrow has its verdict.
    Why,
    /// Every pair in a table.
    Matrix,
    /// Any question.
    Probe,
    /// What must hold, and whether it does.
    Checks,
    /// What the step asks.
    Task,
}

/// What the probe is asked, as it is written in its fields.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked {
    /// Who connects.
    pub from: String,
    /// To whom.
    pub to: String,
    /// To which port: its number or its name; to every port if empty.
    pub port: String,
    /// By which protocol, if one is chosen.
    pub protocol: Option<Protocol>,
    /// The method of an HTTP request; none is asked about if empty.
    pub method: String,
    /// Its path; `/` if empty.
    pub path: String,
    /// The host it is for, if that is to be known.
    pub host: String,
}

impl Asked {
    /// The fields as a question; `None` while an end is missing, an error for a port or a request that is none.
    pub fn question(&self) -> Option<Result<Question, String>> {
        let (from, to) = (self.from.trim(), self.to.trim());
        if from.is_empty() || to.is_empty() {
            return None;
        }
        Some(self.parts().map(|(port, request)| Question {
            from: from.to_owned(),
            to: to.to_owned(),
            port,
            protocol: self.protocol,
            request,
        }))
    }

    fn parts(&self) -> Result<(Option<PortName>, Option<Request>), String> {
        let (port, path, host) = (self.port.trim(), self.path.trim(), self.host.trim());
        let port = if port.is_empty() { None } else { Some(PortName::parse(port)?) };
        if self.method.is_empty() {
            return Ok((port, None));
        }
        let mut request = Request::parse(&format!("{} {}", self.method, if path.is_empty() { "/" } else { path }))?;
        if !host.is_empty() {
            request.host = Some(host.to_owned());
        }
        Ok((port, Some(request)))
    }
}

/// How fast changes are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    /// As designed.
    Full,
    /// Twice as long.
    Half,
    /// Four times as long.
    Quarter,
}

impl Speed {
    /// What the times of a motion are multiplied by.
    pub fn stretch(self) -> u32 {
        match self {
            Speed::Full => 1,
            Speed::Half => 2,
            Speed::Quarter => 4,
        }
    }

    /// What the button says.
    pub fn label(self) -> &'static str {
        match self {
            Speed::Full => "1×",
            Speed::Half => "½×",
            Speed::Quarter => "¼×",
        }
    }

    pub(crate) fn next(self) -> Self {
        match self {
            Speed::Full => Speed::Half,
            Speed::Half => Speed::Quarter,
            Speed::Quarter => Speed::Full,
        }
    }
}
