//! Any text: each switch that is offered turns, and turning it back restores every byte.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    netpol_fuzz::flip(text);
});
