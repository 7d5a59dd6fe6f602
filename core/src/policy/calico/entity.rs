//! One end of a rule, `source` or `destination`, as what must hold of an endpoint.

use super::Compiler;
use super::objects::{Operand, View};
use crate::bits::BitSet;
use crate::manifest::IpBlock;
use crate::manifest::calico::selector::Selector;
use crate::manifest::calico::{AccountMatch, CLIENT_PORTS, Entity, Rule};
use crate::phrase::Sentence;
use crate::policy::index::Met;
use crate::policy::{About, Peer, Term};
use crate::source::{Place, Span};

/// Which end of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    Source,
    Destination,
}

impl Compiler<'_, '_> {
    /// What `end` of `rule` asks for; `None` where it asks for nothing that not all of `whom` have.
    pub(super) fn end(&self, rule: &Rule, end: End, whom: &BitSet) -> Option<Peer> {
        let entity = match end {
            End::Source => &rule.source,
            End::Destination => &rule.destination,
        };
        let place = self.place(entity.span.unwrap_or(rule.span));
        let mut terms = self.selection(entity);
        terms.extend(entity.services.as_ref().map(|services| self.backends(services)));
        terms.extend(self.nets(entity));
        if end == End::Source && !entity.takes_clients() {
            terms.push(self.hopeless(entity));
        }
        let asks = !terms.is_empty();
        terms.extend(self.family(rule, entity));
        let peer = Peer::meeting(self.says(rule, entity, asks), terms, self.index.everybody(), place);
        // The IP version alone is worth a word only where it leaves somebody out.
        (asks || !whom.is_within(&peer.members)).then_some(peer)
    }

    /// The conditions on endpoints that Calico knows. They hold together for one pod or one network set.
    fn selection(&self, entity: &Entity) -> Vec<Term> {
        let known =
            entity.selector.is_some() || entity.namespace_selector.is_some() || self.policy.namespace().is_some();
        let accounts = entity.accounts.as_ref().filter(|accounts| accounts.asks());
        match &entity.not_selector {
            _ if !entity.selects() => Vec::new(),
            Some(unwanted) if !known && accounts.is_none() => vec![self.without(unwanted)],
            _ => self.together(self.operands(entity)),
        }
    }

    fn operands(&self, entity: &Entity) -> Vec<Operand> {
        let objects = self.objects;
        let mut operands = Vec::new();
        match (&entity.namespace_selector, self.policy.namespace()) {
            (Some(namespaces), _) => operands.extend(self.parts(namespaces, View::Namespace)),
            (None, Some(own)) => {
                let mut wants = Sentence::of("pods of namespace ");
                wants.strong(own);
                let place = self.place(entity.span.unwrap_or(self.policy.meta.name.span));
                operands.push(Operand { wants, about: About::Namespace, objects: objects.of_namespace(own), place });
            }
            (None, None) => {}
        }
        operands.extend(entity.selector.iter().flat_map(|selector| self.parts(selector, View::Own)));
        if let Some(unwanted) = &entity.not_selector {
            let mut wants = Sentence::of("not ");
            wants.code(unwanted);
            let about = objects.operand(&unwanted.root, View::Own, self.place(unwanted.span)).about;
            let mut rest = objects.all().clone();
            rest.subtract(&objects.matching(&unwanted.root, View::Own));
            operands.push(Operand { wants, about, objects: rest, place: self.place(unwanted.span) });
        }
        if let Some(AccountMatch { names, selector, span }) = &entity.accounts {
            operands.extend(selector.iter().flat_map(|selector| self.parts(selector, View::Account)));
            if !names.is_empty() {
                let mut wants = Sentence::of("service account ");
                wants.code(names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join(", "));
                let running = objects.running_as(|name| names.iter().any(|wanted| wanted.value == name));
                operands.push(Operand { wants, about: About::Account, objects: running, place: self.place(*span) });
            }
        }
        operands
    }

    fn parts(&self, selector: &Selector, view: View) -> Vec<Operand> {
        selector.terms().into_iter().map(|part| self.objects.operand(part, view, self.place(part.span))).collect()
    }

    /// `operands` as conditions on addresses: those of pods one by one, those of network sets that meet all.
    fn together(&self, operands: Vec<Operand>) -> Vec<Term> {
        let mut whole = self.objects.all().clone();
        operands.iter().for_each(|operand| whole.intersect(&operand.objects));
        let sets = self.objects.addresses_of(&whole);
        let term = |operand: Operand| {
            let mut members = self.objects.pods_of(&operand.objects);
            members.unite(&sets.members);
            let mut unknown = sets.unknown.clone();
            unknown.subtract(&members);
            Term { wants: operand.wants, about: operand.about, members, unknown, place: operand.place }
        };
        operands.into_iter().map(term).collect()
    }

    /// Everybody whom `unwanted` does not find, addresses that Calico does not know included: nothing else says that only
    /// known ones are meant.
    fn without(&self, unwanted: &Selector) -> Term {
        let mut wants = Sentence::of("not ");
        wants.code(unwanted);
        let operand = self.objects.operand(&unwanted.root, View::Own, self.place(unwanted.span));
        let Met { members: found, mut unknown } = self.objects.addresses_of(&operand.objects);
        let mut members = self.index.everybody();
        unknown.subtract(&operand.objects);
        [&operand.objects, &found, &unknown].into_iter().for_each(|set| members.subtract(set));
        Term { wants, about: operand.about, members, unknown, place: operand.place }
    }

    /// The conditions on the address: in one of `nets`, in none of `notNets`.
    fn nets(&self, entity: &Entity) -> Vec<Term> {
        let about = || About::Address;
        let mut terms = Vec::new();
        if let (Some(place), Met { members, unknown }) = (self.whole(&entity.nets), self.index.any_block(&entity.nets))
        {
            terms.push(Term { wants: listed("an address in ", &entity.nets), about: about(), members, unknown, place });
        }
        if let (Some(place), met) = (self.whole(&entity.not_nets), self.index.any_block(&entity.not_nets)) {
            let mut members = self.index.everybody();
            members.subtract(&met.members);
            members.subtract(&met.unknown);
            let wants = listed("an address outside ", &entity.not_nets);
            terms.push(Term { wants, about: about(), members, unknown: met.unknown, place });
        }
        terms
    }

    /// The place of a list of networks.
    fn whole(&self, blocks: &[IpBlock]) -> Option<Place> {
        let span = blocks.iter().map(|block| block.span).reduce(Span::to)?;
        Some(self.place(span))
    }

    /// The IP version that the rule is about, unless networks say it already.
    fn family(&self, rule: &Rule, entity: &Entity) -> Option<Term> {
        let version = rule.family().filter(|_| entity.nets.is_empty())?;
        let named = [&rule.source, &rule.destination].into_iter().flat_map(Entity::blocks).next();
        let span = rule.ip_version.as_ref().map(|version| version.span).or(named.map(|block| block.span))?;
        let wants = Sentence::of(format!("an IPv{version} address"));
        let members = self.index.of_family(version == 4);
        Some(Term { wants, about: About::Address, members, unknown: BitSet::default(), place: self.place(span) })
    }

    /// A source port that no client has for sure.
    fn hopeless(&self, entity: &Entity) -> Term {
        let ports = entity.ports.iter().chain(&entity.not_ports);
        let span = ports.map(|port| port.span).reduce(Span::to).unwrap_or_default();
        let wants = Sentence::of("some client ports only");
        let about = About::Other(format!("may be given any of {}–{}", CLIENT_PORTS.first, CLIENT_PORTS.last));
        let (members, unknown) = (BitSet::default(), BitSet::default());
        Term { wants, about, members, unknown, place: self.place(span) }
    }

    /// Whom `entity` means, in words.
    fn says(&self, rule: &Rule, entity: &Entity, asks: bool) -> Sentence {
        let mut says = Sentence::default();
        let nets = !entity.nets.is_empty();
        if let Some(services) = &entity.services {
            says.plain("what is behind Service ").strong(self.service_id(services));
        } else if entity.selects() {
            self.says_selected(entity, &mut says);
        } else if nets {
            says.plain("addresses");
        } else if asks {
            says.plain("everybody");
        } else if let Some(version) = rule.family() {
            says.plain(format!("IPv{version} addresses"));
        }
        if nets {
            says.phrases.extend(listed(" in ", &entity.nets).phrases);
        }
        if !entity.not_nets.is_empty() {
            says.phrases.extend(listed(" outside ", &entity.not_nets).phrases);
        }
        says
    }

    fn says_selected(&self, entity: &Entity, says: &mut Sentence) {
        let accounts = entity.accounts.as_ref().filter(|accounts| accounts.asks());
        let known = entity.selector.is_some() || entity.namespace_selector.is_some() || accounts.is_some();
        match &entity.selector {
            Some(selector) if !selector.is_all() => says.code(selector),
            None if !known && self.policy.global => says.plain("everybody"),
            _ => says.plain("every pod"),
        };
        if let Some(unwanted) = &entity.not_selector {
            says.plain(" but ").code(unwanted);
        }
        if known || !self.policy.global {
            self.says_whence(&entity.namespace_selector, says);
        }
        if let Some(AccountMatch { names, selector, .. }) = accounts {
            let names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
            if !names.is_empty() {
                says.plain(" running as ").code(names.join(", "));
            }
            if let Some(selector) = selector {
                says.plain(" with a service account ").code(selector);
            }
        }
    }
}

fn listed(words: &str, blocks: &[IpBlock]) -> Sentence {
    let mut out = Sentence::of(words);
    for (at, block) in blocks.iter().enumerate() {
        if at > 0 {
            out.plain(if at + 1 == blocks.len() { " or " } else { ", " });
        }
        out.code(block.cidr);
    }
    out
}
