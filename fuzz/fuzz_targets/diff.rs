//! Any two texts, a line `=====` between them: what changed is what really differs.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (before, after) = text.split_once("\n=====\n").unwrap_or((text, ""));
    netpol_fuzz::diff(before, after);
});
