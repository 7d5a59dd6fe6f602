//! Any text as a lesson, and behind a front matter as its steps: it is read and run, and what is wrong lies in the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    netpol_fuzz::lessons::lesson(text);
});
