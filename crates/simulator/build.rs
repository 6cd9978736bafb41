//! Finds the phone page to embed; writes a stub when the web part is not built.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

const STUB: &str = "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Phone</title></head>\
<body><h1>The phone page is not built</h1><p>Run <code>npm ci &amp;&amp; npm run build</code> in <code>web/</code>, \
then build again. The simulator itself works: see <code>docs/api/simulator.md</code>.</p></body></html>";

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let built = root.join("../../web/dist/phone");
    let page = if built.join("index.html").is_file() {
        println!("cargo:rerun-if-changed={}", built.display());
        built.clone()
    } else {
        watch(&built);
        let stub = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("phone");
        fs::create_dir_all(&stub)?;
        fs::write(stub.join("index.html"), STUB)?;
        stub
    };
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=CHASQUI_PHONE_DIR={}", page.display());
    println!("cargo:rustc-env=CHASQUI_PHONE_BUILT={}", built.display());
    Ok(())
}

/// A missing path makes cargo look again at every build. Debug builds read the page from the disk when it is there, so
/// only release builds have to.
fn watch(built: &Path) {
    if env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed={}", built.display());
    }
}
