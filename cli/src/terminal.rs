//! Standard output and standard error, and when they are coloured.

use std::io::{self, BufWriter, ErrorKind, Write};

use anstream::stream::{AsLockedWrite, RawStream};
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};

/// The styles of everything that has one; all of them empty where there are no colours.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Palette {
    /// An error, and what it points at.
    pub(crate) error: Style,
    /// A warning, and what it points at.
    pub(crate) warning: Style,
    /// A note, and what it points at.
    pub(crate) note: Style,
    /// What stands beside an excerpt.
    pub(crate) gutter: Style,
    /// What to read first.
    pub(crate) strong: Style,
    /// Open, and what appears.
    pub(crate) open: Style,
    /// Partly open, and what changes.
    pub(crate) partial: Style,
    /// Blocked, and what vanishes.
    pub(crate) blocked: Style,
}

impl Palette {
    fn coloured() -> Self {
        let colour = |colour: AnsiColor| colour.on_default();
        Self {
            error: colour(AnsiColor::Red).bold(),
            warning: colour(AnsiColor::Yellow).bold(),
            note: colour(AnsiColor::Cyan).bold(),
            gutter: Style::new().dimmed(),
            strong: Style::new().bold(),
            open: colour(AnsiColor::Green),
            partial: colour(AnsiColor::Yellow),
            blocked: colour(AnsiColor::Red),
        }
    }
}

/// Settles when to use colours, for both streams; `auto` looks at the terminal, `NO_COLOR` and `CLICOLOR_FORCE`.
pub(crate) fn set_colour(when: clap::ColorChoice) {
    let choice = match when {
        clap::ColorChoice::Auto => ColorChoice::Auto,
        clap::ColorChoice::Always => ColorChoice::Always,
        clap::ColorChoice::Never => ColorChoice::Never,
    };
    choice.write_global();
}

/// Writes to standard output. A reader that has seen enough (`| head`) is no failure.
pub(crate) fn to_stdout(write: impl FnOnce(&mut dyn Write, &Palette) -> io::Result<()>) -> io::Result<()> {
    match to(io::stdout().lock(), write) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

/// Writes to standard error. Where that fails there is nobody left to tell.
pub(crate) fn to_stderr(write: impl FnOnce(&mut dyn Write, &Palette) -> io::Result<()>) {
    let _ = to(io::stderr().lock(), write);
}

fn to<S: RawStream + AsLockedWrite>(
    stream: S,
    write: impl FnOnce(&mut dyn Write, &Palette) -> io::Result<()>,
) -> io::Result<()> {
    let (stream, palette) = match AutoStream::choice(&stream) {
        // Nothing is coloured, so that nothing needs to be searched for colours and stripped.
        ColorChoice::Never => (AutoStream::always_ansi(stream), Palette::default()),
        choice => (AutoStream::new(stream, choice), Palette::coloured()),
    };
    let mut out = BufWriter::with_capacity(1 << 16, stream);
    write(&mut out, &palette)?;
    out.flush()
}
