//! A command line, the files it finds, and what it must answer.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Three pods.
pub(crate) const SHOP: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db, tier: data}}
status: {podIPs: [{ip: 10.1.0.7}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop}
spec:
  selector: {matchLabels: {app: api}}
  template:
    metadata: {labels: {app: api}}
    spec: {containers: [{name: api, image: api}]}
";

/// Only the Deployment may reach the database, and only on its port.
pub(crate) const DB_POLICY: &str = "\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: db
  namespace: shop
spec:
  podSelector:
    matchLabels: {app: db}
  ingress:
  - from:
    - podSelector:
        matchLabels: {app: api}
    ports:
    - port: 5432
";

/// A web pod, a database of two pods behind a Service, and policies that let nobody but the API and operations reach it.
pub(crate) const DATABASE: &str = "\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
---
apiVersion: v1
kind: Pod
metadata: {name: db-0, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main, image: x, ports: [{name: sql, containerPort: 5432}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db-1, namespace: shop, labels: {app: db}}
spec: {containers: [{name: main, image: x, ports: [{name: sql, containerPort: 5432}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: 10.96.0.7, selector: {app: db}, ports: [{name: sql, port: 80, targetPort: sql}]}
---
apiVersion: v1
kind: Service
metadata: {name: outside, namespace: shop}
spec: {ports: [{port: 443}]}
---
apiVersion: v1
kind: Endpoints
metadata: {name: outside, namespace: shop}
subsets: [{addresses: [{ip: 203.0.113.50}], ports: [{port: 8443}]}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db-from-api, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  ingress:
  - from:
    - podSelector: {matchLabels: {app: api}}
    - namespaceSelector: {matchLabels: {team: ops}}
    - ipBlock: {cidr: 10.0.0.0/8}
    ports: [{port: sql}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web-open, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}, ingress: [{}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: far, namespace: other}
spec: {podSelector: {}}
";

/// `text` with every `[ALL]` spelled as the JSON output spells all ports.
pub(crate) fn spelled(text: &str) -> String {
    let all = ["TCP", "UDP", "SCTP"].map(|protocol| format!(r#"{{"protocol":"{protocol}","first":1,"last":65535}}"#));
    text.replace("[ALL]", &format!("[{}]", all.join(",")))
}

/// One run of `netpol` in a folder of its own.
pub(crate) struct Case {
    folder: PathBuf,
    command: Command,
    stdin: String,
}

impl Case {
    /// A run with these arguments, separated by spaces.
    pub(crate) fn new(arguments: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("case-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&folder).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_netpol"));
        command.args(arguments.split_whitespace()).current_dir(&folder);
        for variable in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "CI", "TERM"] {
            command.env_remove(variable);
        }
        Self { folder, command, stdin: String::new() }
    }

    /// The same run with one more argument, spaces and all.
    pub(crate) fn argument(mut self, argument: &str) -> Self {
        self.command.arg(argument);
        self
    }

    /// The same run beside one more file.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        self
    }

    /// The same run beside one more, empty folder.
    pub(crate) fn folder(self, path: &str) -> Self {
        fs::create_dir_all(self.folder.join(path)).unwrap();
        self
    }

    /// The same run with a variable set.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// The same run with this on standard input.
    pub(crate) fn stdin(mut self, text: &str) -> Self {
        self.stdin = text.to_owned();
        self
    }

    /// The folder that it runs in.
    pub(crate) fn path(&self) -> &Path {
        &self.folder
    }

    /// The run itself.
    pub(crate) fn run(mut self) -> Output {
        let command = self.command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A run that does not read its standard input may have closed it by now.
        let _ = child.stdin.take().unwrap().write_all(self.stdin.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// Runs, and compares everything.
    #[track_caller]
    pub(crate) fn check(self, code: i32, stdout: &str, stderr: &str) {
        let output = self.run();
        assert_eq!(String::from_utf8_lossy(&output.stderr), stderr, "standard error");
        assert_eq!(String::from_utf8_lossy(&output.stdout), stdout, "standard output");
        assert_eq!(output.status.code(), Some(code), "exit code");
    }

    /// The command, for a caller that runs it in its own way.
    pub(crate) fn command(&mut self) -> &mut Command {
        &mut self.command
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
