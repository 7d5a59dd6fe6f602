//! Any bytes: reading them never fails, and all it says lies in the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    netpol_fuzz::read(&String::from_utf8_lossy(bytes));
});
