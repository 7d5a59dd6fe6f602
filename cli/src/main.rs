//! The `netpol` command: who may talk to whom under a set of manifests, what a change of them changes, and what is
//! wrong with them.
//!
//! Each subcommand is one module with a `run`: read files ([`input`]), ask the engine, report what is wrong on standard
//! error ([`report`]), print the answer on standard output ([`terminal`]).
#![forbid(unsafe_code)]

mod answer;
mod args;
mod completions;
mod diff;
mod excerpt;
mod explain;
mod input;
mod json;
mod lint;
mod list;
mod name;
mod outcome;
mod probe;
mod question;
mod report;
mod state;
mod terminal;
mod test;
mod text;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use outcome::Outcome;

fn main() -> ExitCode {
    let args = Args::parse();
    terminal::set_colour(args.color);
    let result = match args.command {
        Command::List(list) => list::run(&list),
        Command::Probe(probe) => probe::run(&probe),
        Command::Explain(explain) => explain::run(&explain),
        Command::Diff(diff) => diff::run(&diff),
        Command::Lint(lint) => lint::run(&lint),
        Command::Test(test) => test::run(&test),
        Command::Completions { shell } => completions::run(shell),
    };
    let outcome = result.unwrap_or_else(|error| {
        report::failure(&format!("The output cannot be written: {error}."));
        Outcome::BadInput
    });
    outcome.into()
}
