//! The `netpol` command.
fn main() {}
