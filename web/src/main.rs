//! Starts the page.

fn main() {
    yew::Renderer::<netpol_web::App>::new().render();
}
