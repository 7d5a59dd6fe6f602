use crate::case::{Case, DATABASE};

const OUTSIDE: &str =
    "note: The manifests give no pod the address 10.5.5.5: it is taken for one outside the cluster.\n";
const UNEXPOSED: &str = "note: The Service shop/db is not exposed: from outside nothing leads to its address.\n";

/// `netpol probe`, with `arguments` before the path.
fn probe(arguments: &str) -> Case {
    Case::new(&format!("probe {arguments} shop.yaml")).file("shop.yaml", DATABASE)
}

#[test]
fn one_pod() {
    probe("db-0 web").check(0, "db-0 may open every port on web.\n", "");
    probe("10.5.5.5 shop/db-0").check(0, "10.0.0.0/8 may open only TCP/5432 on db-0.\n", OUTSIDE);
    probe("10.5.5.5 shop/db-0 --port sql").check(0, "10.0.0.0/8 may open TCP/5432 on db-0.\n", OUTSIDE);
    let blocked = "the internet may not open TCP/5432 on db-0: blocked by ingress of db-0.\n";
    probe("203.0.113.9 shop/db-0 --port 5432 --protocol tcp").check(1, blocked, "");
    let udp = "10.0.0.0/8 may not open any UDP port on db-0: blocked by ingress of db-0.\n";
    probe("10.5.5.5 db-0 --protocol UDP").check(1, udp, OUTSIDE);
}

#[test]
fn a_service_leads_to_its_pods() {
    let stdout = "\
10.0.0.1 (10.0.0.0/8) → shop/db-0  TCP/80 → TCP/5432  open
10.0.0.1 (10.0.0.0/8) → shop/db-1  TCP/80 → TCP/5432  open
all 2 connections are open.
";
    for to in ["shop/db", "shop/Service/db", "shop/svc/db", "10.96.0.7"] {
        probe(&format!("10.5.5.5 {to} --port 80")).check(0, stdout, &format!("{OUTSIDE}{UNEXPOSED}"));
    }
    probe("203.0.113.9 shop/db").check(
        1,
        "\
203.0.113.7 (internet) → shop/db-0  TCP/80 → TCP/5432  blocked by ingress
203.0.113.7 (internet) → shop/db-1  TCP/80 → TCP/5432  blocked by ingress
all 2 connections are blocked.
",
        UNEXPOSED,
    );
}

#[test]
fn a_service_without_a_selector() {
    probe("web shop/outside --port 443").check(
        0,
        "shop/web → 203.0.113.7 (internet)  TCP/443 → TCP/8443  open\nweb may open TCP/8443 on the internet.\n",
        "",
    );
}

#[test]
fn under_a_plugin() {
    let note = "note: Flannel accepts NetworkPolicies and does not enforce them.\n";
    probe("203.0.113.9 db-0 --cni flannel").check(0, "the internet may open every port on db-0.\n", note);
}

#[test]
fn what_cannot_be_asked() {
    probe("web shop/dbb").check(2, "", "error: nothing is called `shop/dbb`; did you mean `shop/db`?\n");
    probe("shop/Service/db web").check(
        2,
        "",
        "error: `shop/Service/db` is a Service, and a Service opens no connections; name a pod.\n",
    );
    probe("web shop/db --port 81").check(
        2,
        "",
        "error: the Service shop/db has no port TCP/81; it has TCP/80 (sql).\n",
    );
    probe("db-0 web --port sql").check(2, "", "error: there is no port called `sql` on web.\n");
    let output = probe("web db-0 --port 70000").run();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("a port is between 1 and 65535, and 70000 is not"));
}

/// The answer stands, and the exit code says that something was left out.
#[test]
fn errors_in_the_input() {
    let broken = DATABASE.replace("name: far,", "nam: far,");
    let output = Case::new("probe db-0 web shop.yaml").file("shop.yaml", broken).run();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "db-0 may open every port on web.\n");
    assert_eq!(output.status.code(), Some(2));
}
