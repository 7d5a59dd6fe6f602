//! From paths to sources: files, folders, standard input.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};

use netpol_core::source::Source;

/// What could be read, and what could not.
#[derive(Debug, Default)]
pub(crate) struct Input {
    /// The texts, named as their paths were given.
    pub(crate) sources: Vec<Source>,
    /// What could not be read.
    pub(crate) problems: Vec<Problem>,
}

/// A path that could not be read.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The path.
    pub(crate) name: String,
    /// A sentence that says why.
    pub(crate) message: String,
}

/// Which files of a folder are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// YAML and JSON.
    Manifests,
    /// Lessons and cases.
    Markdown,
}

impl Kind {
    fn extensions(self) -> &'static [&'static str] {
        match self {
            Kind::Manifests => &["yaml", "yml", "json"],
            Kind::Markdown => &["md"],
        }
    }

    fn has(self, path: &Path) -> bool {
        let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
        self.extensions().iter().any(|known| extension.eq_ignore_ascii_case(known))
    }

    fn none_here(self) -> &'static str {
        match self {
            Kind::Manifests => "There is no *.yaml, *.yml or *.json file in this folder.",
            Kind::Markdown => "There is no *.md file in this folder.",
        }
    }
}

/// Reads paths; several readings share the one standard input.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    stdin_taken: bool,
}

impl Reader {
    /// Reads all manifests that `paths` name. What cannot be read does not keep the rest from being read.
    pub(crate) fn read(&mut self, paths: &[PathBuf]) -> Input {
        self.read_all(paths, Kind::Manifests)
    }

    /// Reads everything that `paths` name, in folders what is of `kind`.
    pub(crate) fn read_all(&mut self, paths: &[PathBuf], kind: Kind) -> Input {
        let mut input = Input::default();
        for path in paths {
            if path.as_os_str() == "-" {
                self.stdin(&mut input);
            } else if path.is_dir() {
                let before = input.sources.len() + input.problems.len();
                folder(path, kind, &mut input);
                if input.sources.len() + input.problems.len() == before {
                    input.problem(path, kind.none_here());
                }
            } else {
                input.add(path, fs::read(path));
            }
        }
        input
    }

    fn stdin(&mut self, input: &mut Input) {
        let path = Path::new("-");
        if self.stdin_taken {
            return input.problem(path, "Standard input can be read only once.");
        }
        self.stdin_taken = true;
        let mut bytes = Vec::new();
        let read = io::stdin().lock().read_to_end(&mut bytes);
        input.add(path, read.map(|_| bytes));
    }
}

impl Input {
    fn add(&mut self, path: &Path, bytes: io::Result<Vec<u8>>) {
        match bytes.map(text) {
            Ok(Ok(text)) => self.sources.push(Source::new(path.to_string_lossy(), text)),
            Ok(Err(message)) => self.problem(path, message),
            Err(error) => self.problem(path, words(&error)),
        }
    }

    fn problem(&mut self, path: &Path, message: impl Into<String>) {
        self.problems.push(Problem { name: path.to_string_lossy().into_owned(), message: message.into() });
    }
}

fn text(bytes: Vec<u8>) -> Result<String, String> {
    // What PowerShell's `>` writes.
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err("This file is UTF-16; save it as UTF-8.".to_owned());
    }
    String::from_utf8(bytes).map_err(|error| {
        let before = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("This file is not UTF-8: line {line} has a byte that is part of no character.")
    })
}

fn words(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::NotFound => "There is no such file or folder.".to_owned(),
        ErrorKind::PermissionDenied => "Reading it is not permitted.".to_owned(),
        _ => format!("It cannot be read: {error}."),
    }
}

/// Reads the files of `kind` in `path` and in the folders in it. Links to folders are passed over, as they may lead round in
/// circles; so are hidden names, which belong to version control and editors.
fn folder(path: &Path, kind: Kind, input: &mut Input) {
    let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = match entries {
        Ok(entries) => entries,
        Err(error) => return input.problem(path, words(&error)),
    };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            folder(&path, kind, input);
        } else if kind.has(&path) && !path.is_dir() {
            input.add(&path, fs::read(&path));
        }
    }
}
