use crate::case::{Case, DATABASE};

fn explain(arguments: &str) -> Case {
    Case::new(&format!("explain {arguments} shop.yaml")).file("shop.yaml", DATABASE)
}

#[test]
fn what_refuses() {
    explain("203.0.113.9 db-0 --port 5432").check(
        1,
        "\
the internet may not open TCP/5432 on db-0: blocked by ingress of db-0.

✓ Leaving 203.0.113.7 (internet) (egress): outside the cluster, where no policy applies
    203.0.113.7 (internet) is outside the cluster: policies isolate pods only.

✗ Entering shop/db-0 (ingress): two policies select it, no rule matches
  ✗ default-deny  selects every pod of shop and has no ingress rule           shop.yaml:34
  ✗ db-from-api, rule 1  none of its three peers matches internet             shop.yaml:44
      ✗ internet is outside the cluster, and selectors match pods only        shop.yaml:44
      ✗ internet is outside the cluster, and selectors match pods only        shop.yaml:45
      ✗ internet is not in 10.0.0.0/8                                         shop.yaml:46
  – web-open  wants app=web, db-0 has app=db                                  shop.yaml:52
  – one policy of another namespace
",
        "",
    );
}

#[test]
fn what_allows() {
    explain("db-0 web").check(
        0,
        "\
db-0 may open every port on web.

✓ Leaving shop/db-0 (egress): no policy isolates it
    Nothing selects shop/db-0 for Egress, so every connection may leave.

✓ Entering shop/web (ingress): two policies select it, one rule matches
  – default-deny  selects every pod of shop and has no ingress rule           shop.yaml:34
  ✓ web-open, rule 1  admits everybody                                        shop.yaml:52
  – db-from-api  wants app=db, web has app=web                                shop.yaml:41
  – one policy of another namespace
",
        "",
    );
}

/// The pods behind a Service are explained once where they are alike; an address that is not known stays open.
#[test]
fn pods_behind_a_service() {
    explain("web shop/db --port 80").check(
        1,
        "\
shop/web asks the Service for TCP/80, which is TCP/5432 on shop/db-0.
web may not open TCP/5432 on db-0: blocked by ingress of db-0, as far as known: an address is missing.
The same holds for shop/web → shop/db-1.

✓ Leaving shop/web (egress): no policy isolates it
    Nothing selects shop/web for Egress, so every connection may leave.

? Entering shop/db-0 (ingress): two policies select it, an address is unknown
  ✗ default-deny  selects every pod of shop and has no ingress rule           shop.yaml:34
  ? db-from-api, rule 1  the address of web is unknown                        shop.yaml:44
      ✗ wants app=api, web has app=web                                        shop.yaml:44
      ✗ wants team=ops, namespace shop lacks label team                       shop.yaml:45
      ? the address of web is unknown                                         shop.yaml:46
  – web-open  wants app=web, db-0 has app=db                                  shop.yaml:52
  – one policy of another namespace
",
        "",
    );
}

#[test]
fn without_enforcement() {
    let output = explain("203.0.113.9 db-0 --cni flannel").run();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("✓ Entering shop/db-0 (ingress): policies are not enforced\n"), "{text}");
}
