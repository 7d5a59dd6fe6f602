//! Classes of characters as RE2 knows them, and what is not in them.

/// First and last code points.
pub(super) type Ranges = Vec<(u32, u32)>;

pub(super) const DIGIT: &[(u32, u32)] = &[(0x30, 0x39)];
pub(super) const WORD: &[(u32, u32)] = &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)];
/// Without the vertical tab, which `[[:space:]]` has.
pub(super) const SPACE: &[(u32, u32)] = &[(0x9, 0xa), (0xc, 0xd), (0x20, 0x20)];
pub(super) const POSIX: &[(&str, &[(u32, u32)])] = &[
    ("alnum", &[(0x30, 0x39), (0x41, 0x5a), (0x61, 0x7a)]),
    ("alpha", &[(0x41, 0x5a), (0x61, 0x7a)]),
    ("ascii", &[(0, 0x7f)]),
    ("blank", &[(0x9, 0x9), (0x20, 0x20)]),
    ("cntrl", &[(0, 0x1f), (0x7f, 0x7f)]),
    ("digit", DIGIT),
    ("graph", &[(0x21, 0x7e)]),
    ("lower", &[(0x61, 0x7a)]),
    ("print", &[(0x20, 0x7e)]),
    ("punct", &[(0x21, 0x2f), (0x3a, 0x40), (0x5b, 0x60), (0x7b, 0x7e)]),
    ("space", &[(0x9, 0xd), (0x20, 0x20)]),
    ("upper", &[(0x41, 0x5a)]),
    ("word", WORD),
    ("xdigit", &[(0x30, 0x39), (0x41, 0x46), (0x61, 0x66)]),
];

/// `ranges` with the ASCII letters of the other case.
pub(super) fn with_other_case(ranges: &[(u32, u32)]) -> Ranges {
    let mut out = ranges.to_vec();
    for (first, last) in ranges {
        for (from, to) in [(0x41, 0x61), (0x61, 0x41)] {
            let (low, high) = ((*first).max(from), (*last).min(from + 25));
            if low <= high {
                out.push((low - from + to, high - from + to));
            }
        }
    }
    out
}

/// Every character that is not in `ranges`.
pub(super) fn complement(mut ranges: Ranges) -> Ranges {
    ranges.sort_unstable();
    let (mut next, mut out) = (0, Ranges::new());
    for (first, last) in ranges {
        if first > next {
            out.push((next, first - 1));
        }
        next = next.max(last + 1);
    }
    out.push((next, u32::from(char::MAX)));
    out
}
