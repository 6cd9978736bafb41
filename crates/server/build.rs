//! Puts a page that says how to build the web UI where the web UI will be, so that the server builds without Node.

use std::path::Path;
use std::{env, fs, io};

const STUB: &str = r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Chasqui</title>
<h1>This chasqui was built without its web UI</h1>
<p>Build it with <code>cargo xtask build</code>, or run <code>cargo xtask demo</code>. The API works all the same: <a href="/api/docs">read about it</a>.</p>
</html>
"#;

fn main() -> io::Result<()> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let app = Path::new(&root).join("../../web/dist/app");
    let page = app.join("index.html");
    if !page.exists() {
        fs::create_dir_all(&app)?;
        fs::write(&page, STUB)?;
    }
    println!("cargo:rerun-if-changed={}", app.display());
    println!("cargo:rerun-if-changed=build.rs");
    Ok(())
}
