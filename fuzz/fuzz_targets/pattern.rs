//! Any regular expression, and behind the first line break a value: the answer comes in time, and what is put around
//! the expression does not change it.
#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (pattern, value) = text.split_once('\n').unwrap_or((text, "/api/v1/items"));
    netpol_fuzz::expressions::pattern(pattern, value);
});
