//! The body of an e-mail: cleaned, and as plain text beside it.

/// What is harmless of HTML: no scripts, no forms, no styles that reach out, only `http`, `https`, `mailto` and `tel`.
pub(super) fn clean(html: &str) -> String {
    ammonia::Builder::default().url_schemes(["http", "https", "mailto", "tel"].into()).clean(html).to_string()
}

/// The words of cleaned HTML, for those who read mail as text.
pub(super) fn text(html: &str) -> String {
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        words(&rest[..start], &mut text);
        rest = &rest[start..];
        let end = rest.find('>').map_or(rest.len(), |end| end + 1);
        let tag = rest[..end].trim_start_matches('<').trim_start_matches('/').to_ascii_lowercase();
        let name = tag.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let is_end = rest.starts_with("</");
        match name {
            "br" => text.push('\n'),
            "li" if !is_end => text.push_str("- "),
            "p" | "div" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li" | "tr" | "blockquote" if is_end => {
                text.push('\n');
            }
            _ => {}
        }
        rest = &rest[end..];
    }
    words(rest, &mut text);
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n").trim().to_owned()
}

/// What stands between tags, with its entities as the characters they mean.
fn words(html: &str, text: &mut String) {
    let plain = html
        .replace(['\r', '\n'], " ")
        .replace("&nbsp;", " ")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    text.push_str(&plain);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_harmless_stays() {
        let html = "<p onclick=x()>Hi <b>Ana</b><script>alert(1)</script> <a href=\"javascript:x()\">a</a> \
                    <a href=\"https://example.com\">b</a><img src=x onerror=x()><form><input></form></p>";
        let clean = clean(html);
        for bad in ["script", "onclick", "onerror", "javascript", "<form", "<input"] {
            assert!(!clean.contains(bad), "{bad} in {clean}");
        }
        assert!(clean.contains("<b>Ana</b>") && clean.contains("https://example.com"), "{clean}");
    }

    #[test]
    fn text_has_the_words_and_the_lines() {
        let html = "<h1>Order</h1><p>Hi &lt;Ana&gt; &amp; co<br>more</p><ul><li>one</li><li>two</li></ul>";
        assert_eq!(text(html), "Order\nHi <Ana> & co\nmore\n- one\n- two");
    }
}
