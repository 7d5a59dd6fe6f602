//! The command line.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{ColorChoice, Parser, Subcommand, ValueEnum, ValueHint};

use netpol_core::cni::Cni;
use netpol_core::http::Request;
use netpol_core::ports::Protocol;
use netpol_core::probe::PortName;

const AFTER: &str = "\
Paths are files, folders, or `-` for standard input. Folders are read with all their folders, in the order of their
names: *.yaml, *.yml and *.json; hidden ones and links to folders are passed over.

Exit codes: 0 a good answer; 1 a negative one (a difference, a warning); 2 bad input: wrong arguments, a file that
cannot be read, or an object that a cluster would refuse. The answer is then worked out without it.

Examples:
  netpol list manifests/
  kubectl get pods,ns,netpol -A -o yaml | netpol list -
  netpol probe shop/web shop/db --port 5432 manifests/
  netpol explain shop/web shop/db --port 5432 manifests/
  netpol diff --before main/ --after branch/
  netpol lint manifests/ policy.yaml
  netpol test lessons/";

const LIST_EXAMPLES: &str = "\
Examples:
  netpol list manifests/                          a line for every pair
  netpol list manifests/ | grep blocked
  netpol list -o md manifests/ > matrix.md        a matrix for a page
  netpol list -o json manifests/ | jq '.connections[] | select(.to == \"shop/db\" and .verdict != \"blocked\")'
  netpol list --cni flannel manifests/            as a plugin that enforces nothing leaves it
  kubectl get pods,ns,netpol -A -o yaml | netpol list -";

const PROBE_EXAMPLES: &str = "\
Exit codes: 0 it may, or without a port it may on some, and a request passes; 1 it may not, or a request is answered 403;
2 bad input, such as a name that nothing has.

Examples:
  netpol probe shop/web shop/db --port 5432 manifests/
  netpol probe shop/web shop/Service/db --port 80 manifests/     the pods behind the Service, on their own ports
  netpol probe shop/Deployment/web 203.0.113.7 --port 443 manifests/
  netpol probe shop/web shop/api --port 80 --http \"GET /api/v1/items\" manifests/
  kubectl get pods,svc,ns,netpol -A -o yaml | netpol probe web db -";

const EXPLAIN_EXAMPLES: &str = "\
Exit codes: those of `netpol probe`.

Examples:
  netpol explain shop/web shop/db --port 5432 manifests/
  netpol explain 203.0.113.7 shop/Service/web manifests/
  netpol explain shop/web shop/api --http \"DELETE /api/v1/items\" --header \"X-Key: 1\" manifests/";

const DIFF_EXAMPLES: &str = "\
Each side must name the whole state: what does not change belongs to both.

Examples:
  netpol diff --before pods.yaml old.yaml --after pods.yaml new.yaml
  kubectl get pods,ns,netpol -A -o yaml | netpol diff --before - --after manifests/
  git worktree add ../main main && netpol diff -o md --before ../main/deploy --after deploy";

const LINT_EXAMPLES: &str = "\
Exit codes: 0 nothing, or notes only; 1 warnings; 2 errors, or a file that cannot be read.

Examples:
  netpol lint manifests/
  netpol lint --cni cilium manifests/
  helm template chart/ | netpol lint -";

const TEST_EXAMPLES: &str = "\
A lesson begins with a front matter between two lines `---`; docs/lessons.md describes it. A case is a `## heading` with `yaml`
blocks and what is expected of them. Folders are read with all their folders: *.md.

Exit codes: 0 everything holds; 1 something does not; 2 a file cannot be read, or is neither.

Examples:
  netpol test lessons/
  netpol test tests/cases/isolation.md
  netpol test - < draft.md";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  netpol completions bash > ~/.local/share/bash-completion/completions/netpol
  netpol completions zsh > ~/.zfunc/_netpol
  netpol completions fish > ~/.config/fish/completions/netpol.fish";

/// See what Kubernetes network policies do: which pods may connect to which, on exactly which ports.
#[derive(Debug, Parser)]
#[command(name = "netpol", version, after_help = AFTER, arg_required_else_help = true)]
pub(crate) struct Args {
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", display_order = 900)]
    pub(crate) color: ColorChoice,
    /// What to do
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// List which endpoints may connect to which, and on which ports
    #[command(after_help = LIST_EXAMPLES)]
    List(ListArgs),
    /// Ask whether one endpoint may connect to another
    #[command(after_help = PROBE_EXAMPLES)]
    Probe(QuestionArgs),
    /// Say why: the policies, rules, peers and ports that were tried, and where each is written
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(QuestionArgs),
    /// Compare two states: which connections appear, vanish or change
    #[command(after_help = DIFF_EXAMPLES)]
    Diff(DiffArgs),
    /// Find what a cluster would refuse, and what is probably not meant
    #[command(after_help = LINT_EXAMPLES)]
    Lint(LintArgs),
    /// Run the expectations of lessons and engine cases
    #[command(after_help = TEST_EXAMPLES)]
    Test(TestArgs),
    /// Print a shell's completions
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Arguments of `netpol list`.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// The network plugin whose rules apply; without it the one whose kinds the manifests use, and else plain
    #[arg(long, value_name = "NAME", value_parser = cni(), ignore_case = true)]
    pub(crate) cni: Option<Cni>,
    /// How to print the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: ListFormat,
    /// Files, folders, or `-` for standard input
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
}

/// Formats of `netpol list`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum ListFormat {
    /// Aligned columns, a line for every pair that has an end in the cluster
    Table,
    /// A stable schema, see docs/list-json.md
    Json,
    /// A row for every pair
    Csv,
    /// A Markdown matrix, or a table of pairs past 30 endpoints
    Md,
}

/// Arguments of `netpol probe` and `netpol explain`.
#[derive(Debug, clap::Args)]
pub(crate) struct QuestionArgs {
    /// The source: namespace/pod, namespace/Deployment/name or an IP address
    pub(crate) from: String,
    /// The destination: the same, a Service, or a host outside that a policy names
    pub(crate) to: String,
    /// The port, by number or by the name that the Service or the pod gives it; without it every port, and for a request
    /// the one that HTTP rules are about or that the pod declares, and else 80
    #[arg(long, value_parser = PortName::parse)]
    pub(crate) port: Option<PortName>,
    /// The protocol: TCP, UDP or SCTP; without it TCP for a port, and else every protocol
    #[arg(long, value_parser = protocol(), ignore_case = true)]
    pub(crate) protocol: Option<Protocol>,
    /// The HTTP request that is sent: a method and a path or a URL, such as "GET /api/v1/items"
    #[arg(long, value_name = "REQUEST", value_parser = Request::parse)]
    pub(crate) http: Option<Request>,
    /// The host that the request asks, with its port where the client writes one
    #[arg(long, requires = "http")]
    pub(crate) host: Option<String>,
    /// A header of the request, such as "X-Key: value"; may be repeated
    #[arg(long = "header", value_name = "HEADER", requires = "http")]
    pub(crate) headers: Vec<String>,
    /// The network plugin whose rules apply; without it the one whose kinds the manifests use, and else plain
    #[arg(long, value_name = "NAME", value_parser = cni(), ignore_case = true)]
    pub(crate) cni: Option<Cni>,
    /// Files, folders, or `-` for standard input
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
}

/// Arguments of `netpol diff`.
#[derive(Debug, clap::Args)]
pub(crate) struct DiffArgs {
    /// The state before: files, folders, or `-` for standard input
    #[arg(long, required = true, num_args = 1.., value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) before: Vec<PathBuf>,
    /// The state after: files, folders, or `-` for standard input
    #[arg(long, required = true, num_args = 1.., value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) after: Vec<PathBuf>,
    /// The network plugin whose rules apply; without it the one whose kinds the manifests use, and else plain
    #[arg(long, value_name = "NAME", value_parser = cni(), ignore_case = true)]
    pub(crate) cni: Option<Cni>,
    /// How to print the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "table")]
    pub(crate) output: DiffFormat,
}

/// Formats of `netpol diff`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum DiffFormat {
    /// Aligned columns, a line for every change
    Table,
    /// For programs, see docs/diff-json.md
    Json,
    /// A Markdown table
    Md,
}

/// Arguments of `netpol lint`.
#[derive(Debug, clap::Args)]
pub(crate) struct LintArgs {
    /// The network plugin that is to enforce the policies: kinds that it does not know are named
    #[arg(long, value_name = "NAME", value_parser = cni(), ignore_case = true)]
    pub(crate) cni: Option<Cni>,
    /// Files, folders, or `-` for standard input
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
}

/// Arguments of `netpol test`.
#[derive(Debug, clap::Args)]
pub(crate) struct TestArgs {
    /// Files, folders, or `-` for standard input
    #[arg(required = true, value_name = "PATH", value_hint = ValueHint::AnyPath)]
    pub(crate) paths: Vec<PathBuf>,
}

/// The plugins by name.
fn cni() -> impl TypedValueParser<Value = Cni> {
    let names = Cni::ALL.map(|cni| {
        let value = PossibleValue::new(cni.name()).help(cni.title());
        if cni == Cni::Plain { value.alias("none") } else { value }
    });
    PossibleValuesParser::new(names).map(|name| Cni::find(&name).unwrap_or_default())
}

fn protocol() -> impl TypedValueParser<Value = Protocol> {
    let names = Protocol::ALL.map(Protocol::name);
    PossibleValuesParser::new(names).map(|name| Protocol::parse(&name.to_uppercase()).unwrap_or(Protocol::Tcp))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_definition_holds_together() {
        super::Args::command().debug_assert();
    }
}
