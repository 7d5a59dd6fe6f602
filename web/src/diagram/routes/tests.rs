//! Tests of whole figures: no line through a box, ports apart, lanes on the right side.

use super::super::geometry::Size;
use super::super::layout::{Plan, PlanNamespace, PlanOutside, PlanPod, layout};
use super::*;

fn figure(counts: &[usize], focus: Option<usize>, outside: usize, w: f64, h: f64) -> Layout {
    let pods = |n: usize| vec![PlanPod { text_width: 83.0 }; n];
    let one = |n: &usize| PlanNamespace { title_width: 130.0, pods: pods(*n) };
    let namespaces = counts.iter().map(one).collect();
    let outside = vec![PlanOutside { text_width: 110.0 }; outside];
    layout(&Plan { namespaces, outside, focus }, Size::new(w, h))
}

fn routes(layout: &Layout) -> Routes {
    let pill = |i: usize| layout.boxes.get(i).is_some_and(|place| place.pill);
    Routes::new(layout, |from, to| !(pill(from) && pill(to)))
}

/// How many lines run through a third box or come within 2 px of one.
fn through(layout: &Layout) -> usize {
    let routes = routes(layout);
    let n = layout.boxes.len();
    let pairs = (0..n).flat_map(|from| (0..n).map(move |to| (from, to)));
    let hits = |(from, to): &(usize, usize)| {
        routes.curve(*from, *to).is_some_and(|curve| {
            layout.boxes.iter().enumerate().any(|(i, place)| {
                let inside = |step: u32| place.rect.grow(2.0).contains(curve.at(f64::from(step) / 59.0));
                i != *from && i != *to && (0..60).any(inside)
            })
        })
    };
    pairs.filter(hits).count()
}

const STAGES: [(f64, f64); 6] =
    [(960.0, 700.0), (960.0, 430.0), (600.0, 500.0), (375.0, 355.0), (320.0, 260.0), (1800.0, 1000.0)];

#[test]
fn up_to_twelve_pods_no_line_runs_through_a_box() {
    for (w, h) in STAGES {
        for n in 0..=12 {
            assert_eq!(through(&figure(&[n], None, 0, w, h)), 0, "{n} pods at {w}×{h}");
        }
    }
}

#[test]
fn in_the_lessons_no_line_runs_through_a_box() {
    let plans: [(&[usize], Option<usize>); 9] = [
        (&[3, 2, 1], Some(2)),
        (&[3, 2, 1], None),
        (&[4, 1, 1], None),
        (&[4, 1, 1], Some(0)),
        (&[4, 1, 1], Some(1)),
        (&[4, 1, 1], Some(4)),
        (&[2, 2], None),
        (&[2, 1], Some(0)),
        (&[1, 1, 1], Some(2)),
    ];
    for (w, h) in STAGES {
        for (counts, focus) in plans {
            let found = through(&figure(counts, focus, 0, w, h));
            assert_eq!(found, 0, "{counts:?}, focus {focus:?}, at {w}×{h}");
        }
    }
}

#[test]
fn ports_of_a_side_stand_apart() {
    for (w, h) in STAGES {
        for n in 2..=8 {
            let placed = figure(&[n], None, 0, w, h);
            let routes = routes(&placed);
            for own in 0..n {
                let mut ports: Vec<Port> =
                    (0..n).flat_map(|i| [routes.port_out(own, i), routes.port_in(i, own)]).flatten().collect();
                assert_eq!(ports.len(), 2 * (n - 1));
                while let Some(port) = ports.pop() {
                    let near = ports.iter().map(|other| other.at.distance(port.at));
                    let least = near.fold(f64::INFINITY, f64::min);
                    assert!(least >= 5.0, "{least} px at box {own} of {n} at {w}×{h}");
                }
            }
        }
    }
}

#[test]
fn traffic_keeps_to_the_right() {
    let placed = figure(&[7], None, 0, 960.0, 700.0);
    let routes = routes(&placed);
    for from in 0..7 {
        for to in 0..7 {
            let lanes = (routes.curve(from, to), routes.curve(to, from));
            if let (Some(there), Some(back)) = lanes {
                let way = there.to.minus(there.from);
                let aside = back.at(0.5).minus(there.at(0.5));
                assert!(way.right().x * aside.x + way.right().y * aside.y < 0.0);
            }
        }
    }
}

#[test]
fn lines_start_and_end_at_their_ports() {
    let placed = figure(&[3, 2, 1], Some(2), 1, 960.0, 700.0);
    let routes = routes(&placed);
    for from in 0..7 {
        assert!(routes.curve(from, from).is_none());
        for to in (0..7).filter(|to| *to != from) {
            let (Some(curve), Some(out), Some(into)) =
                (routes.curve(from, to), routes.port_out(from, to), routes.port_in(from, to))
            else {
                panic!("no line from {from} to {to}");
            };
            assert!((curve.from.distance(out.at) - 1.5).abs() < 1e-9);
            assert!((curve.to.distance(into.at) - 3.0).abs() < 1e-9);
        }
    }
}

#[test]
fn pairs_without_a_line_have_none() {
    let placed = figure(&[2], None, 2, 960.0, 700.0);
    let routes = routes(&placed);
    assert!(routes.curve(2, 3).is_none() && routes.port_out(3, 2).is_none());
    assert!(routes.curve(0, 3).is_some() && routes.curve(0, 9).is_none());
    assert!(routes.curve(usize::MAX, 0).is_none());
    let empty = Routes::new(&Layout::default(), |_, _| true);
    assert!(empty.curve(0, 1).is_none());
}

#[test]
fn crowds_get_their_lines_too() {
    for n in [13, 25, 41, 61, 200] {
        let placed = figure(&[n], None, 0, 960.0, 700.0);
        let routes = routes(&placed);
        let curve = routes.curve(0, n - 1);
        assert!(curve.is_some_and(|c| c.length() > 20.0 && c.length() < 4000.0));
    }
}
