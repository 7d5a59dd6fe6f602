//! Lesson files that something is wrong with: each is named by line and column, and nothing panics.

use netpol_core::cni::Cni;
use netpol_core::lesson::script;

const FRONT: &str = "---\nsection: \"1\"\ntitle: T\nsummary: S\n---\n";
const CLUSTER: &str = "## One\n```yaml cluster\n{apiVersion: v1, kind: Pod, metadata: {name: a}}\n---\n{apiVersion: v1, kind: Pod, metadata: {name: b}}\n```\n";

/// What is wrong with `text`: first its reading, and where that is right its running.
fn wrong(text: &str) -> Vec<String> {
    let failures = script::read(text).map_or_else(|failures| failures, |written| script::run(&written));
    failures.into_iter().map(|f| format!("{}:{}: {}", f.line, f.column, f.message)).collect()
}

/// Expects that the words of `expected` are, in order, in the failures of `text`.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found = wrong(text);
    let fits = found.len() == expected.len() && found.iter().zip(expected).all(|(found, words)| found.contains(words));
    assert!(fits, "{text}\nexpected {expected:#?}\nfound {found:#?}");
}

#[test]
fn front_matters() {
    check("", &["1:1: a lesson begins with a front matter"]);
    check("# Title\n", &["1:1: a lesson begins with a front matter"]);
    check("---\ntitle: T\n", &["1:1: the front matter has no closing `---`"]);
    check("---\ntitle: T\n---\n", &["2:1: front matter: `section` is missing", "4:1: a lesson has a `## heading`"]);
    check(
        "---\nsection: \"1\"\ntitl: T\nsummary: S\n---\n## One\n",
        &[
            "3:1: front matter: there is no field `titl`; did you mean `title`? There are `section`, `title`, `summary`, `cni`",
        ],
    );
    check(
        "---\nsection: \"1\"\ntitle: T\nsummary: S\ncni: calicoo\n---\n## One\n",
        &[
            "5:6: front matter: cni: no network plugin is called `calicoo`; did you mean `calico`? There are `plain`, `calico`",
        ],
    );
    check(
        "---\nsection: \"\"\ntitle: T\nsummary: \" \"\n---\n## One\n",
        &["2:1: front matter: `section` is empty", "4:1: front matter: `summary` is empty"],
    );
    check("---\nsection: [1\n---\n## One\n", &["front matter: "]);
    // Files from other systems are as good.
    check(&format!("\u{feff}{FRONT}{CLUSTER}").replace('\n', "\r\n"), &[]);
}

#[test]
fn what_would_be_lost() {
    check(&format!("{FRONT}Prose.\n"), &["6:1: a lesson has a `## heading` for each step, and this has none"]);
    check(
        &format!("{FRONT}```yaml policies\n```\n## One\n"),
        &["6:1: this block stands before the first step's `## heading`"],
    );
    check(&format!("{FRONT}## One\n### More\n"), &["7:1: a step is a `## heading`: `### More` belongs to none"]);
    check(&format!("{FRONT}## One\n```yaml policies\n"), &["7:1: this block has no closing fence"]);
    check(&format!("{FRONT}## One\n```yaml\n```\n"), &["7:1: a lesson says which text it means: `yaml policies`"]);
    check(
        &format!("{FRONT}## One\n```verdict\n```\n"),
        &["7:1: a lesson has no block called `verdict`; did you mean `verdicts`? There are `yaml policies`"],
    );
    check(&format!("{FRONT}## One\n```\n```\n"), &["7:1: this block has no name"]);
    check(
        &format!("{FRONT}## One\n  ```stage\n  ```\n~~~\n##Two\n## \n# Three\n"),
        &[
            "7:3: a fence begins at the start of its line",
            "8:3: a fence begins",
            "9:1: a fence begins",
            "10:1: a heading has one space behind its `##`",
            "11:1: a step has a title",
            "12:1: a step is a `## heading`: `# Three` belongs to none",
        ],
    );
    check(
        &format!("{FRONT}## One\n```stage\n```\n```stage\n```\n```yaml policies add\n```\n```yaml policies\n```\n"),
        &[
            "9:1: this would take the place of the block on line 7: a step has one `stage`",
            "13:1: this would take the place of the block on line 11: a step has one `yaml policies`",
        ],
    );
    check(&format!("{FRONT}{}", "## Step\n".repeat(41)), &["46:1: a lesson has at most 40 steps"]);
    let long = format!("{FRONT}## One\n{}", "word ".repeat(300_000));
    check(&long, &["1:1: a lesson has at most 262144 bytes"]);
}

#[test]
fn stages_and_verdicts() {
    let step = |rest: &str| format!("{FRONT}{CLUSTER}{rest}");
    check(
        &step("```stage\nheadline: H\nspot: []\n```\n"),
        &["14:1: stage: there is no field `spot`: there are `headline`"],
    );
    check(&step("```stage\nheadline: H\n  focus: x\n```\n"), &["stage: "]);
    check(
        &step("```stage\ncni: kalico\n```\n"),
        &["13:6: stage: cni: no network plugin is called `kalico`; did you mean `calico`?"],
    );
    check(
        &step("```stage\nfocus: default/c\n```\n"),
        &["13:8: the stage names `default/c`, and no endpoint is called so; did you mean `default/a`?"],
    );
    check(&step("```verdicts\n  default/a -> default/b  opn\n```\n"), &["13:27: `opn` is neither `open`"]);
    check(
        &step("```verdicts\ndefault/a => default/b  open\n```\n"),
        &["13:1: `default/a => default/b  open` should read"],
    );
    check(
        &step("```verdicts\n  default/a -> default/b  blocked\n```\n"),
        &["13:3: default/a -> default/b: expected blocked, and it is open: no policy decides"],
    );
    check(&step("```verdicts clium\n```\n"), &["12:13: no network plugin is called `clium`; did you mean `cilium`?"]);
    check(
        &step("```lints\n3: dns: words\n4 words\n```\n"),
        &["13:4: no finding is called `dns`", "14:1: a lints line reads `3: dns-blocked: words`"],
    );
    check(
        &step("```diagnostics\n3: warning: words\n```\n"),
        &["13:1: expected warning with `words`, and there is none"],
    );
    check(
        &step("```yaml policies\n{apiVersion: v1, kind: Pod, metadata: {name: a b}}\n```\n"),
        &["13:46: unexpected error in Policies, line 1: "],
    );
}

#[test]
fn tasks() {
    let step = |rest: &str| format!("{FRONT}{CLUSTER}{rest}");
    check(
        &step("```predict\nask: Q\narrows: [default/a -> default/b]\n```\n"),
        &["14:1: predict: there are at least two `arrows`"],
    );
    check(
        &step("```predict\nask: Q\narrows:\n- default/a -> default/b\n- default/a\n```\n"),
        &["16:3: predict: arrows: `default/a` should read `namespace/pod -> namespace/pod`"],
    );
    check(
        &step("```predict\nask: Q\narrows: [default/a -> default/b, default/b -> default/a]\n```\n"),
        &["14:1: predict: every one of these arrows survives"],
    );
    check(
        &step("```predict\nask: Q\narrows: [default/a -> default/c, default/b -> default/a]\n```\n"),
        &["14:10: predict: no endpoint is called `default/c`; did you mean"],
    );
    check(
        &step("```question\nask: Q\nanswers: [{says: A}, {says: B}]\n```\n"),
        &["14:1: question: there are at least two `answers`, and one of them has `right: true`; here 0 of 2 have"],
    );
    check(
        &step("```question\nask: Q\nanswers: [{says: A, right: true}, {says: B}]\n```\n```exercise\nask: Q\n```\n"),
        &["16:1: a step has one task"],
    );
    check(&step("```exercise\nask: Q\nhints\n```\n"), &["14:1: exercise: "]);
    check(&step("```exercise\nask: Q\n```\n"), &["12:1: an exercise has a `verdicts` block"]);
    check(&step("```yaml answer\n```\n"), &["12:1: an answer belongs to a step with an `exercise` block"]);
    let exercise = |want: &str, answer: &str| {
        step(&format!("```exercise\nask: Q\n```\n```verdicts\ndefault/a -> default/b  {want}\n```\n{answer}"))
    };
    check(&exercise("open", ""), &["13:1: the exercise is solved from the start"]);
    check(
        &exercise("blocked", ""),
        &["16:1: with the answer, default/a -> default/b: expected blocked, and it is open: no policy decides"],
    );
    let deny = "```yaml answer\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny}, spec: {podSelector: {}}}\n```\n";
    check(&exercise("blocked", deny), &[]);
    check(
        &exercise("blocked", &deny.replace("podSelector", "podSelectr")),
        &["19:1: the answer cannot be read: ", "16:1: with the answer"],
    );
}

/// What is asked is about every pair of endpoints, and in every line.
#[test]
fn limits() {
    let lines = "default/a -> default/b  open\n".repeat(501);
    let step = |name: &str| format!("## {name}\n```verdicts\n{lines}```\n");
    check(
        &format!("{FRONT}{CLUSTER}{}{}", step("Two"), step("Three")),
        &["516:1: a lesson has at most 1000 lines that expect something"],
    );
    let pod = |at: usize| format!("---\n{{apiVersion: v1, kind: Pod, metadata: {{name: p{at}}}}}\n");
    let pods: String = (0..201).map(pod).collect();
    let text = format!("{FRONT}## One\n```yaml cluster\n{pods}```\n```verdicts\n*/* -> */*  blocked\n```\n");
    check(&text, &["6:1: the cluster of a step has at most 200 endpoints, and this has 202"]);
}

/// Places lie in the file, also those in texts that were put together from several blocks.
#[test]
fn reasons_lie_in_the_file() {
    let policy = |name: &str, app: &str| {
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: {name}}}\nspec:\n  podSelector: {{}}\n  ingress: [{{from: [{{podSelector: {{matchLabels: {{app: {app}}}}}}}]}}]\n"
        )
    };
    let (first, second) = (policy("first", "x"), policy("second", "z"));
    let text = format!(
        "{FRONT}{CLUSTER}```yaml policies\n# none\n\n{first}\n\n```\n## Two\n```yaml policies add\n# more\n{second}```\n```verdicts\ndefault/a -> default/b  open\n```\n"
    );
    let failures = script::run(&script::read(&text).expect("a readable lesson"));
    let why: Vec<_> = failures.iter().flat_map(|failure| &failure.why).collect();
    let line = |words: &str| text.lines().position(|line| line.contains(words)).map(|at| at + 1);
    let [(one, at_one), (two, at_two)] = why.as_slice() else { panic!("{failures:#?}") };
    assert_eq!(one, "NetworkPolicy first, ingress rule 1: wants app=x, a lacks label app");
    assert!(two.contains("second") && two.contains("app=z"));
    assert_eq!((*at_one, *at_two), (line("app: x"), line("app: z")));
}

/// What an earlier step brought along is blamed on the step that does not name it.
#[test]
fn findings_are_blamed_where_they_are_written() {
    let bad = "```yaml policies\n# none\n{apiVersion: v1, kind: Pod, metadata: {name: a b}}\n```\n";
    let named = "```diagnostics\n2: error: a b\n```\n";
    check(&format!("{FRONT}{CLUSTER}{bad}{named}## Two\n"), &["19:1: unexpected error in Policies, line 2"]);
    check(&format!("{FRONT}{CLUSTER}{bad}## Two\n{named}"), &["14:46: unexpected error in Policies, line 2"]);
}

/// What a step does not say itself is as in the step before.
#[test]
fn steps_build_on_one_another() {
    let text = format!(
        "{FRONT}{CLUSTER}```stage\nhostile: [default/a]\ncni: calico\n```\n## Two\n```yaml policies add\na: 1\n```\n## Three\n```yaml policies add\nb: 1\n```\n```stage\ncni: plain\n```\n"
    );
    let lesson = script::read(&text).expect("a readable lesson").lesson;
    let policies: Vec<&str> = lesson.steps.iter().map(|step| step.policies.as_ref()).collect();
    assert_eq!(policies, ["", "a: 1\n", "a: 1\n---\nb: 1\n"]);
    assert!(
        lesson.steps.iter().all(|step| *step.stage.hostile == ["default/a"] && step.cluster == lesson.steps[0].cluster)
    );
    let plugins: Vec<_> = lesson.steps.iter().map(|step| step.cni.map(Cni::name)).collect();
    assert_eq!(plugins, [Some("calico"), Some("calico"), Some("plain")]);
}

/// The format's own words in all orders and cut anywhere.
#[test]
fn nothing_panics() {
    let whole = format!(
        "{FRONT}{CLUSTER}```predict\nask: é\narrows: [default/a -> default/b]\n```\n```exercise\nask: Q\nhints: [1]\n```\n```verdicts\n*/* -> *  GET /x on TCP/80: 403\n```\n```lints\n1: or-not-and: x\n```\n"
    );
    for at in (0..whole.len()).filter(|at| whole.is_char_boundary(*at)) {
        let (head, tail) = whole.split_at(at);
        wrong(head);
        wrong(&format!("{FRONT}{tail}{head}"));
    }
}
