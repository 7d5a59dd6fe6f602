//! Any text as a selector of Calico's: however it is quoted it says the same, and each part of it stands where it says.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    netpol_fuzz::expressions::selector(text);
});
