//! `netpol completions`: a shell's completions.

use std::io;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Args;
use crate::outcome::Outcome;
use crate::terminal;

/// Prints the completions of `shell`.
pub(crate) fn run(shell: Shell) -> io::Result<Outcome> {
    // `generate` panics where it cannot write, and writing to memory never fails.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "netpol", &mut script);
    terminal::to_stdout(|out, _| out.write_all(&script))?;
    Ok(Outcome::Good)
}
