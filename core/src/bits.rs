//! Sets of small numbers, such as the endpoints that a selector matches.

/// A set of indices, one bit each. Sets are equal when their members are.
#[derive(Debug, Clone, Default)]
pub struct BitSet {
    words: Vec<u64>,
}

impl BitSet {
    /// Adds `index`.
    pub fn insert(&mut self, index: usize) {
        let word = index / 64;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        if let Some(bits) = self.words.get_mut(word) {
            *bits |= 1 << (index % 64);
        }
    }

    /// Whether `index` is in the set.
    pub fn contains(&self, index: usize) -> bool {
        self.words.get(index / 64).is_some_and(|bits| bits & (1 << (index % 64)) != 0)
    }

    /// The set of all indices below `count`.
    pub fn full(count: usize) -> Self {
        let mut words = vec![u64::MAX; count / 64];
        if !count.is_multiple_of(64) {
            words.push((1 << (count % 64)) - 1);
        }
        Self { words }
    }

    /// Adds what is in `other`.
    pub fn unite(&mut self, other: &BitSet) {
        if self.words.len() < other.words.len() {
            self.words.resize(other.words.len(), 0);
        }
        for (bits, more) in self.words.iter_mut().zip(&other.words) {
            *bits |= more;
        }
    }

    /// Keeps what is in `other` too.
    pub fn intersect(&mut self, other: &BitSet) {
        self.words.truncate(other.words.len());
        for (bits, kept) in self.words.iter_mut().zip(&other.words) {
            *bits &= kept;
        }
    }

    /// Removes what is in `other`.
    pub fn subtract(&mut self, other: &BitSet) {
        for (bits, gone) in self.words.iter_mut().zip(&other.words) {
            *bits &= !gone;
        }
    }

    /// Whether all of it is in `other` too.
    pub fn is_within(&self, other: &BitSet) -> bool {
        self.words.iter().enumerate().all(|(at, bits)| bits & !other.words.get(at).copied().unwrap_or(0) == 0)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.words.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.words.iter().all(|bits| *bits == 0)
    }

    /// The members in order.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(word, bits)| {
            let mut rest = *bits;
            std::iter::from_fn(move || {
                (rest != 0).then(|| {
                    let bit = rest.trailing_zeros() as usize;
                    rest &= rest - 1;
                    word * 64 + bit
                })
            })
        })
    }
}

impl PartialEq for BitSet {
    fn eq(&self, other: &Self) -> bool {
        let shared = self.words.len().min(other.words.len());
        let rest = self.words.iter().skip(shared).chain(other.words.iter().skip(shared));
        self.words.iter().zip(&other.words).all(|(a, b)| a == b) && rest.into_iter().all(|bits| *bits == 0)
    }
}

impl Eq for BitSet {}

impl std::hash::Hash for BitSet {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        let used = self.words.iter().rposition(|bits| *bits != 0).map_or(0, |last| last + 1);
        self.words.get(..used).unwrap_or_default().hash(state);
    }
}

impl FromIterator<usize> for BitSet {
    fn from_iter<I: IntoIterator<Item = usize>>(indices: I) -> Self {
        let mut set = Self::default();
        for index in indices {
            set.insert(index);
        }
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_back_in_order() {
        let set: BitSet = [70, 3, 64, 3].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [3, 64, 70]);
        assert_eq!(set.len(), 3);
        assert!(set.contains(64) && !set.contains(65) && !set.contains(6400));
    }

    #[test]
    fn sets_of_different_reach_are_joined_and_compared() {
        let near: BitSet = [1, 2].into_iter().collect();
        let mut set = near.clone();
        set.unite(&[2, 130].into_iter().collect());
        assert_eq!(set.iter().collect::<Vec<_>>(), [1, 2, 130]);
        set.intersect(&BitSet::full(65));
        assert_eq!(set, near);
        set.unite(&[130].into_iter().collect());
        set.subtract(&[130, 1].into_iter().collect());
        assert_eq!((set.len(), set.contains(2)), (1, true));
        assert_eq!(set, [2].into_iter().collect());
        assert!(near.is_within(&BitSet::full(3)) && !BitSet::full(3).is_within(&near));
        assert!(BitSet::full(70).is_within(&BitSet::full(71)) && !BitSet::full(71).is_within(&BitSet::full(64)));
        assert_eq!((BitSet::full(64).len(), BitSet::full(0).len()), (64, 0));
    }
}
