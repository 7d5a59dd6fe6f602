//! The pictures of pods, on a grid of 16 by 16 px, drawn with a stroke of 1.5.

use netpol_core::labels::Labels;

/// A picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Window,
    Braces,
    Cylinder,
    Bolt,
    Prompt,
    List,
    Hexagon,
    Flask,
    CrossHairs,
    Signpost,
    Globe,
    Cube,
}

/// Words in a pod's name or labels, and the picture they call for; the first that fits counts.
const WORDS: [(Icon, &[&str]); 10] = [
    (Icon::CrossHairs, &["attacker", "intruder", "hacker", "evil"]),
    (Icon::Cylinder, &["database", "postgres", "mysql", "mongo", "mariadb", "-db", "db-", "etcd", "sql"]),
    (Icon::Bolt, &["cache", "redis", "memcache", "queue", "kafka", "rabbit"]),
    (Icon::Signpost, &["dns", "ingress", "controller", "gateway", "proxy", "nginx", "envoy"]),
    (Icon::Window, &["front", "web", "ui", "site", "client", "browser"]),
    (Icon::List, &["log", "metric", "monitor", "prometheus", "grafana", "audit"]),
    (Icon::Braces, &["api", "back", "service", "server", "app"]),
    (Icon::Prompt, &["debug", "shell", "busybox", "bastion", "toolbox"]),
    (Icon::Flask, &["test", "probe", "qa"]),
    (Icon::Hexagon, &["worker", "job", "batch", "cron", "runner"]),
];

impl Icon {
    /// The picture for a pod, by its name, else by the values of its labels.
    pub(crate) fn for_pod(name: &str, labels: &Labels) -> Self {
        let by_text = |text: &str| {
            let fits = |words: &&[&str]| words.iter().any(|word| text.contains(word) || text == word.trim_matches('-'));
            WORDS.iter().find(|(_, words)| fits(words)).map(|(icon, _)| *icon)
        };
        let by_label =
            || ["app", "app.kubernetes.io/name", "tier", "k8s-app"].iter().find_map(|key| by_text(labels.get(*key)?));
        by_text(name).or_else(by_label).unwrap_or(Icon::Cube)
    }

    /// Its SVG path.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Icon::Window => "M1.5 3.5h13v9.5h-13zM1.5 6.2h13M3.6 4.85h.01M5.6 4.85h.01",
            Icon::Braces => {
                "M5.5 2.5c-1.6 0-2 .8-2 2v1.7c0 1-.5 1.6-1.5 1.8 1 .2 1.5.8 1.5 1.8v1.7c0 1.2.4 2 2 2M10.5 2.5c1.6 0 2 .8 2 2v1.7c0 1 .5 1.6 1.5 1.8-1 .2-1.5.8-1.5 1.8v1.7c0 1.2-.4 2-2 2"
            }
            Icon::Cylinder => {
                "M2.5 4c0-1.1 2.5-2 5.5-2s5.5.9 5.5 2-2.5 2-5.5 2-5.5-.9-5.5-2zM2.5 4v8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2V4M2.5 8c0 1.1 2.5 2 5.5 2s5.5-.9 5.5-2"
            }
            Icon::Bolt => "M9 1.5 3 9.2h4.4L7 14.5l6-7.7H8.6z",
            Icon::Prompt => "M1.5 3h13v10h-13zM4.2 6l2.2 2-2.2 2M8.2 10.2h3.2",
            Icon::CrossHairs => "M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3zM8 .8v4M8 11.2v4M.8 8h4M11.2 8h4",
            Icon::List => "M5.5 3.5h9M5.5 8h9M5.5 12.5h6M1.8 3.5h.01M1.8 8h.01M1.8 12.5h.01",
            Icon::Hexagon => {
                "M8 1.5 13.6 4.75v6.5L8 14.5l-5.6-3.25v-6.5zM8 5.6a2.4 2.4 0 1 0 0 4.8 2.4 2.4 0 0 0 0-4.8z"
            }
            Icon::Flask => {
                "M6 1.8h4M6.7 1.8v4.4L2.8 12.6c-.5.8 0 1.7 1 1.7h8.4c1 0 1.5-.9 1-1.7L9.3 6.2V1.8M4.8 10h6.4"
            }
            Icon::Signpost => "M8 1.5v13M8 3h4.8l1.7 1.8-1.7 1.8H8M8 8.2H3.2L1.5 10l1.7 1.800H8",
            Icon::Globe => {
                "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8zM1.8 8h12.4M8 1.8c-4 4-4 8.400 0 12.400M8 1.8c4 4 4 8.400 0 12.400"
            }
            Icon::Cube => "M8 1.5 14 4.8v6.4l-6 3.300-6-3.300V4.800zM2.200 4.900 8 8l5.800-3.100M8 8v6.300",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_call_for_pictures() {
        let none = Labels::new();
        assert_eq!(Icon::for_pod("frontend", &none), Icon::Window);
        assert_eq!(Icon::for_pod("api", &none), Icon::Braces);
        assert_eq!(Icon::for_pod("db", &none), Icon::Cylinder);
        assert_eq!(Icon::for_pod("coredns", &none), Icon::Signpost);
        assert_eq!(Icon::for_pod("x1", &[("app".into(), "redis".into())].into()), Icon::Bolt);
        assert_eq!(Icon::for_pod("thing", &none), Icon::Cube);
    }
}
