//! The editors: CodeMirror once it has loaded, a plain text area until then.

pub(crate) mod bridge;
mod finding;
pub(crate) mod problems;
pub(crate) mod starters;
pub(crate) mod words;

use std::cell::RefCell;
use std::rc::Rc;

use gloo::events::EventListener;
use netpol_core::diagnostic::Diagnostic;
use netpol_core::rewrite::Site;
use netpol_core::source::{Edit, Source, Span};
use wasm_bindgen::closure::Closure;
use web_sys::{HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

use bridge::{Callbacks, Handle};

/// What can be asked of a mounted editor from outside.
#[derive(Clone, Default)]
pub(crate) struct Remote {
    inner: Rc<RefCell<Option<Mounted>>>,
}

struct Mounted {
    handle: Handle,
    /// The text that the editor has, as far as it told.
    known: Rc<RefCell<String>>,
    _callbacks: Rc<Callbacks>,
}

impl PartialEq for Remote {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Remote {
    fn handle(&self) -> Option<Handle> {
        self.inner.borrow().as_ref().map(|mounted| mounted.handle.clone())
    }

    /// Applies `edits` to `source` as one undo step; `false` when there is no editor to do it.
    pub(crate) fn edit(&self, edits: &[Edit], source: &Source) -> bool {
        // The callbacks run inside the call: nothing may be borrowed then.
        let Some(handle) = self.handle() else { return false };
        handle.edit(edits, source);
        true
    }

    /// Puts the cursor at byte `at`.
    pub(crate) fn go_to(&self, at: usize, source: &Source) {
        if let Some(handle) = self.handle() {
            handle.go_to_byte(at, source);
        }
    }

    /// Scrolls just as far as it takes to see byte `at`.
    pub(crate) fn show(&self, at: usize, source: &Source) {
        if let Some(handle) = self.handle() {
            handle.show_at(at, source);
        }
    }

    /// Scrolls to byte `at`.
    pub(crate) fn reveal(&self, at: usize, source: &Source) {
        if let Some(handle) = self.handle() {
            handle.reveal_at(at, source);
        }
    }

    /// Highlights the lines of `spans` for a moment.
    pub(crate) fn flash(&self, spans: &[Span], source: &Source) {
        if let Some(handle) = self.handle() {
            handle.flash_lines(spans, source);
        }
    }
}

/// What an editor is given.
#[derive(Properties, PartialEq)]
pub(crate) struct EditorProps {
    /// Its element's id, and that of the tab it belongs to.
    pub(crate) id: &'static str,
    pub(crate) tab: &'static str,
    pub(crate) label: AttrValue,
    pub(crate) source: Source,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) sites: Vec<Site>,
    pub(crate) cited: Vec<(Span, bool)>,
    pub(crate) remote: Remote,
    pub(crate) hidden: bool,
    pub(crate) on_change: Callback<String>,
    /// Line, column, and offset in UTF-16 code units.
    pub(crate) on_cursor: Callback<(u32, u32, u32)>,
    /// The index of the site whose switch was pressed.
    pub(crate) on_flip: Callback<usize>,
}

/// One of the two editors.
#[component]
pub(crate) fn Editor(props: &EditorProps) -> Html {
    let parent = use_node_ref();
    let loaded = use_state_eq(bridge::is_loaded);
    {
        let loaded = loaded.clone();
        use_effect_with((), move |()| {
            let set = loaded.clone();
            let on_ready = move |_: &web_sys::Event| set.set(true);
            let listener = EventListener::new(&gloo::utils::window(), "netpol-editor-ready", on_ready);
            // The script may have come between the first render and this listener.
            loaded.set(bridge::is_loaded());
            move || drop(listener)
        });
    }
    let latest = use_mut_ref(|| (props.on_change.clone(), props.on_cursor.clone(), props.on_flip.clone()));
    *latest.borrow_mut() = (props.on_change.clone(), props.on_cursor.clone(), props.on_flip.clone());
    {
        let (parent, remote) = (parent.clone(), props.remote.clone());
        let (text, label) = (props.source.text().to_owned(), props.label.clone());
        use_effect_with(*loaded, move |loaded| {
            let element = parent.cast::<HtmlElement>().filter(|_| *loaded);
            if let Some(element) = element {
                let mounted = mount(&element, &text, &label, latest);
                *remote.inner.borrow_mut() = Some(mounted);
            }
            move || {
                let gone = remote.inner.borrow_mut().take();
                if let Some(mounted) = gone {
                    mounted.handle.destroy();
                }
            }
        });
    }
    use_update(props, *loaded);
    let input = {
        let on_change = props.on_change.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
                on_change.emit(area.value());
            }
        })
    };
    html! {
        <div class="code" id={props.id} role="tabpanel" aria-labelledby={props.tab} hidden={props.hidden}>
            if !*loaded {
                <textarea class="plain" aria-label={props.label.clone()} spellcheck="false" value={props.source.text().to_owned()} oninput={input} />
            }
            <div class="mount" ref={parent} />
        </div>
    }
}

type Listeners = Rc<RefCell<(Callback<String>, Callback<(u32, u32, u32)>, Callback<usize>)>>;

fn mount(element: &HtmlElement, text: &str, label: &str, listeners: Listeners) -> Mounted {
    let known = Rc::new(RefCell::new(text.to_owned()));
    let (on_change, on_cursor, on_flip) = (listeners.clone(), listeners.clone(), listeners);
    let remembered = known.clone();
    let callbacks = Callbacks {
        on_change: Closure::new(move |doc: String| {
            remembered.borrow_mut().clone_from(&doc);
            let listener = on_change.borrow().0.clone();
            listener.emit(doc);
        }),
        on_cursor: Closure::new(move |line, column, offset| {
            let listener = on_cursor.borrow().1.clone();
            listener.emit((line, column, offset));
        }),
        on_flip: Closure::new(move |site: u32, _: String| {
            let listener = on_flip.borrow().2.clone();
            listener.emit(site as usize);
        }),
    };
    let handle = bridge::create(element, text, label, &callbacks);
    Mounted { handle, known, _callbacks: Rc::new(callbacks) }
}

/// Brings the mounted editor up to what the props say.
#[hook]
fn use_brought_up<D: PartialEq + 'static>(
    remote: &Remote,
    loaded: bool,
    deps: D,
    act: impl FnOnce(&Handle, &D) + 'static,
) {
    let remote = remote.clone();
    use_effect_with((loaded, deps), move |(_, deps)| {
        if let Some(handle) = remote.handle() {
            act(&handle, deps);
        }
    });
}

#[hook]
fn use_update(props: &EditorProps, loaded: bool) {
    let remote = props.remote.clone();
    use_brought_up(&props.remote, loaded, props.source.clone(), move |handle, source| {
        let known = remote.inner.borrow().as_ref().map(|mounted| mounted.known.clone());
        let Some(known) = known else { return };
        if *known.borrow() != source.text() {
            source.text().clone_into(&mut known.borrow_mut());
            handle.set_doc(source.text());
        }
    });
    let diagnostics = (props.source.clone(), props.diagnostics.clone());
    use_brought_up(&props.remote, loaded, diagnostics, |handle, (source, list)| handle.diagnostics(list, source));
    let sites = (props.source.clone(), props.sites.clone());
    use_brought_up(&props.remote, loaded, sites, |handle, (source, list)| handle.sites(list, source));
    let cited = (props.source.clone(), props.cited.clone());
    use_brought_up(&props.remote, loaded, cited, |handle, (source, list)| handle.cite(list, source));
}
