//! The `netpol` command: the engine on files. It has no commands yet; the page is where the engine can be used today.

use std::process::ExitCode;

fn main() -> ExitCode {
    eprintln!("netpol {} has no commands yet. The page runs with `make serve`.", env!("CARGO_PKG_VERSION"));
    ExitCode::from(2)
}
