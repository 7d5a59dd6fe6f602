//! Any small valid cluster, written as YAML: it is read without an error, and then holds what holds of any text.
#![no_main]

use netpol_fuzz::model::Model;

libfuzzer_sys::fuzz_target!(|model: Model| {
    let text = model.to_string();
    netpol_fuzz::valid(&text);
    netpol_fuzz::flip(&text);
});
