//! Any text: every pair has an answer, and whatever it cites lies in the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    netpol_fuzz::analyze(text);
});
