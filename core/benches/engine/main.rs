//! How long the engine takes: `cargo bench -p netpol-core`.
//!
//! Each figure is for one core. `evaluate` starts from parsed manifests and ends with every ordered pair of endpoints
//! read once, its exact port set included.

// In a browser there is nothing to measure with.
#[cfg(not(target_arch = "wasm32"))]
mod dialects;
#[cfg(not(target_arch = "wasm32"))]
mod generator;
#[cfg(not(target_arch = "wasm32"))]
mod measures;

fn main() {
    #[cfg(not(target_arch = "wasm32"))]
    divan::main();
}
