//! Markdown, as models write it, in the marks that WhatsApp knows: `*bold*`, `_italic_`, `~struck~`, code.

use crate::fuel::{Fuel, cost};

/// Deepest nesting of marks that is read; what is deeper stays as it is.
const DEEPEST: u8 = 12;

/// Where in the nesting a text stands, and what may still be done: marks that look for their other half go through a text
/// again and again.
#[derive(Clone, Copy)]
struct Reader<'f> {
    fuel: &'f Fuel,
    depth: u8,
}

impl Reader<'_> {
    fn deeper(self) -> Self {
        Self { depth: self.depth + 1, ..self }
    }

    /// Takes fuel for going through so much text. `false`: there is none left.
    fn goes_through(self, bytes: usize) -> bool {
        self.fuel.burn_for(bytes, cost::SCAN)
    }
}

/// What a text in Markdown looks like on WhatsApp. Code and addresses stay as they are.
pub(crate) fn to_whatsapp(text: &str, fuel: &Fuel) -> String {
    let reader = Reader { fuel, depth: 0 };
    fuel.burn_for(text.len(), cost::FIT);
    let mut lines: Vec<String> = Vec::new();
    let mut fence: Option<&str> = None;
    let source: Vec<&str> = text.lines().collect();
    let mut at = 0;
    while let Some(line) = source.get(at) {
        at += 1;
        let mark = line.trim_start();
        if let Some(open) = fence {
            if mark.trim_end() == open {
                fence = None;
                lines.push("```".to_owned());
            } else {
                lines.push((*line).to_owned());
            }
        } else if let Some(open) = ["```", "~~~"].into_iter().find(|open| is_fence(mark, open)) {
            fence = Some(open);
            lines.push("```".to_owned());
        } else if source.get(at).is_some_and(|next| line.contains('|') && is_ruler(next)) {
            at += 1;
            lines.push(bold(&cells(line), reader));
            while let Some(row) = source.get(at).filter(|row| row.contains('|')) {
                lines.push(inline(&cells(row), reader));
                at += 1;
            }
        } else {
            lines.push(plain_line(line, reader));
        }
    }
    if fence.is_some() {
        lines.push("```".to_owned());
    }
    lines.join("\n").trim().to_owned()
}

/// Whether a line begins a block of code; behind the mark is at most the language's name.
fn is_fence(line: &str, mark: &str) -> bool {
    line.strip_prefix(mark).is_some_and(|rest| !rest.contains('`') && rest.split_whitespace().count() <= 2)
}

/// Whether a line parts the head of a table from its rows.
fn is_ruler(line: &str) -> bool {
    line.contains('-')
        && line.contains('|')
        && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t'))
}

/// A row of a table as a line.
fn cells(row: &str) -> String {
    let row = row.trim();
    let row = row.strip_prefix('|').unwrap_or(row);
    let row = row.strip_suffix('|').unwrap_or(row);
    row.split('|').map(str::trim).collect::<Vec<_>>().join(" – ")
}

fn plain_line(line: &str, reader: Reader<'_>) -> String {
    if reader.depth > DEEPEST || !reader.goes_through(line.len()) {
        return line.to_owned();
    }
    let rest = line.trim_start();
    let indent = &line[..line.len() - rest.len()];
    let level = rest.bytes().take_while(|b| *b == b'#').count();
    if (1..=6).contains(&level) && rest[level..].starts_with([' ', '\t']) {
        return bold(rest[level..].trim().trim_end_matches('#').trim_end(), reader);
    }
    if is_rule(rest) {
        return String::new();
    }
    if let Some(item) = ["* ", "+ ", "- "].iter().find_map(|mark| rest.strip_prefix(mark)) {
        let item = item.trim_start();
        let (box_, item) = match item.get(..4) {
            Some("[ ] ") => ("☐ ", &item[4..]),
            Some("[x] " | "[X] ") => ("☑ ", &item[4..]),
            _ => ("", item),
        };
        return format!("{indent}- {box_}{}", inline(item, reader));
    }
    if let Some(quoted) = rest.strip_prefix('>') {
        return format!("> {}", plain_line(quoted.trim_start(), reader.deeper()));
    }
    format!("{indent}{}", inline(rest, reader))
}

/// Whether a line is drawn as a rule.
fn is_rule(line: &str) -> bool {
    let marks: String = line.chars().filter(|c| !c.is_whitespace()).collect();
    marks.len() >= 3 && ["-", "*", "_"].iter().any(|mark| marks.replace(mark, "").is_empty())
}

/// A line in bold; bold parts of it need no marks of their own.
fn bold(line: &str, reader: Reader<'_>) -> String {
    let text = inline(line, reader).replace('*', "");
    if text.trim().is_empty() { String::new() } else { format!("*{}*", text.trim()) }
}

/// A line's marks and links.
fn inline(text: &str, reader: Reader<'_>) -> String {
    if reader.depth > DEEPEST || !reader.goes_through(2 * text.len()) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if reader.fuel.is_out() {
            break;
        }
        let before = text[..text.len() - rest.len()].chars().next_back();
        let taken = match c {
            '`' => code(rest, reader),
            '\\' => escaped(rest),
            '!' | '[' => link(rest, reader),
            '<' => angled(rest, reader),
            '*' | '_' | '~' => emphasis(rest, before, reader),
            'h' if !before.is_some_and(char::is_alphanumeric) => address(rest),
            _ => None,
        };
        if let Some((made, length)) = taken {
            out.push_str(&made);
            rest = &rest[length..];
        } else {
            // A run of marks that means nothing is passed as a whole.
            let run = || rest.len() - rest.trim_start_matches(c).len();
            let length = if matches!(c, '*' | '_' | '~' | '`') { run() } else { c.len_utf8() };
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    out.push_str(if reader.fuel.is_out() { rest } else { "" });
    out
}

/// Code between backticks, as it is.
fn code(text: &str, reader: Reader<'_>) -> Option<(String, usize)> {
    let run = text.len() - text.trim_start_matches('`').len();
    let mark = &text[..run];
    let mut from = run;
    loop {
        let found = text[from..].find(mark);
        if !reader.goes_through(run + found.unwrap_or(text.len() - from)) {
            return None;
        }
        let at = from + found?;
        let end = at + (text[at..].len() - text[at..].trim_start_matches('`').len());
        if end - at == run {
            let mark = if run >= 3 { "```" } else { "`" };
            let inner = &text[run..at];
            let inner = if run == 2 { inner.trim() } else { inner };
            return Some((format!("{mark}{inner}{mark}"), end));
        }
        from = end;
    }
}

fn escaped(text: &str) -> Option<(String, usize)> {
    let next = text[1..].chars().next().filter(char::is_ascii_punctuation)?;
    Some((next.to_string(), 2))
}

/// `[text](address "title")`, and pictures.
fn link(text: &str, reader: Reader<'_>) -> Option<(String, usize)> {
    let start = usize::from(text.starts_with('!'));
    let inside = text[start..].strip_prefix('[')?;
    let label_end = matching(inside, '[', ']', reader)?;
    let label = &inside[..label_end];
    let target = inside[label_end + 1..].strip_prefix('(')?;
    let target_end = matching(target, '(', ')', reader)?;
    let url = target[..target_end].split_whitespace().next().unwrap_or_default();
    let url = url.trim_start_matches('<').trim_end_matches('>');
    let url = url.strip_prefix("mailto:").or_else(|| url.strip_prefix("tel:")).unwrap_or(url);
    let label = inline(label.trim(), reader.deeper());
    let bare = |text: &str| {
        let text = text.trim_start_matches("https://").trim_start_matches("http://");
        text.trim_end_matches('/').to_lowercase()
    };
    let made = if url.is_empty() {
        label
    } else if label.is_empty() || bare(&label) == bare(url) {
        url.to_owned()
    } else {
        format!("{label} ({url})")
    };
    Some((made, start + 1 + label_end + 2 + target_end + 1))
}

/// Where the bracket that is open closes.
fn matching(text: &str, open: char, close: char, reader: Reader<'_>) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if !reader.goes_through(1) {
            return None;
        }
        if c == open {
            depth += 1;
        } else if c == close {
            match depth.checked_sub(1) {
                None => return Some(at),
                Some(less) => depth = less,
            }
        }
    }
    None
}

/// `<https://…>`, and line breaks.
fn angled(text: &str, reader: Reader<'_>) -> Option<(String, usize)> {
    let end = text.find('>');
    if !reader.goes_through(end.unwrap_or(text.len())) {
        return None;
    }
    let end = end?;
    let inner = &text[1..end];
    let is_break = inner.trim_end_matches('/').trim().eq_ignore_ascii_case("br");
    let is_address = inner.starts_with("http://") || inner.starts_with("https://");
    let mail = inner.strip_prefix("mailto:").unwrap_or(inner);
    if is_break {
        Some(("\n".to_owned(), end + 1))
    } else if is_address && !inner.contains(char::is_whitespace) {
        Some((inner.to_owned(), end + 1))
    } else {
        chasqui_model::email::is_address(mail).then(|| (mail.to_owned(), end + 1))
    }
}

/// An address, as it is.
fn address(text: &str) -> Option<(String, usize)> {
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return None;
    }
    let end = text.find(|c: char| c.is_whitespace() || "<>\"`".contains(c)).unwrap_or(text.len());
    // Marks at its end belong to the text around it.
    let url = text[..end].trim_end_matches(['*', '_', '~', ')', ']', '.', ',']);
    let opened = url.contains('(') && text[url.len()..].starts_with(')');
    let url = if opened { &text[..=url.len()] } else { url };
    Some((url.to_owned(), url.len()))
}

/// Text between marks: only where WhatsApp would read them, at the borders of words.
fn emphasis(text: &str, before: Option<char>, reader: Reader<'_>) -> Option<(String, usize)> {
    let mark = text.chars().next()?;
    let run = text.len() - text.trim_start_matches(mark).len();
    let (open, close) = match (mark, run) {
        ('~', 2) => ("~", "~"),
        ('*' | '_', 1) => ("_", "_"),
        ('*' | '_', 2) => ("*", "*"),
        ('*' | '_', 3) => ("*_", "_*"),
        _ => return None,
    };
    let rest = &text[run..];
    if rest.starts_with(char::is_whitespace) || rest.is_empty() {
        return None;
    }
    let length = closing(rest, mark, run, reader)?;
    let after = rest[length + run..].chars().next();
    let inner = inline(&rest[..length], reader.deeper());
    let total = run + length + run;
    let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    if !is_word(before) && !is_word(after) {
        return Some((format!("{open}{inner}{close}"), total));
    }
    // Scripts without spaces between words: WhatsApp would show the marks.
    let is_dense = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() && u32::from(c) >= 0x0e00);
    let all_dense = [before, after].into_iter().all(|c| !is_word(c) || is_dense(c));
    (run >= 2 && all_dense).then_some((inner, total))
}

/// Where the marks that close begin: as many as opened, behind no space, and not in code.
fn closing(text: &str, mark: char, run: usize, reader: Reader<'_>) -> Option<usize> {
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if !reader.goes_through(1) {
            return None;
        }
        if c == '`'
            && let Some((_, length)) = code(&text[at..], reader)
        {
            at += length;
            continue;
        }
        if c == '\\' {
            at += 1 + text[at + 1..].chars().next().map_or(0, char::len_utf8);
            continue;
        }
        if c != mark {
            at += c.len_utf8();
            continue;
        }
        let found = text[at..].len() - text[at..].trim_start_matches(mark).len();
        let before = text[..at].chars().next_back();
        let after = text[at + found..].chars().next();
        let ends = before.is_some_and(|c| !c.is_whitespace());
        let begins = after.is_some_and(|c| !c.is_whitespace()) && before.is_none_or(char::is_whitespace);
        if ends && found == run && !(run == 1 && after.is_some_and(char::is_alphanumeric)) {
            return Some(at);
        }
        // `**a *b***`: the inner one closes first.
        if ends && found > run && !begins {
            return Some(at + found - run);
        }
        at += found;
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::fuel::{BUDGET, Fuel};

    fn to_whatsapp(text: &str) -> String {
        super::to_whatsapp(text, &Fuel::new(BUDGET))
    }

    #[test]
    fn markdown_becomes_whatsapps_marks() {
        for (text, is) in [
            ("**b** and __b__", "*b* and *b*"),
            ("*i* and _i_", "_i_ and _i_"),
            ("***both***", "*_both_*"),
            ("~~s~~", "~s~"),
            ("**a *b* c**", "*a _b_ c*"),
            ("**a *b***", "*a _b_*"),
            ("**Note:** read", "*Note:* read"),
            ("(**b**), \"*i*\"", "(*b*), \"_i_\""),
            ("# Title\n\ntext", "*Title*\n\ntext"),
            ("### **Title** #", "*Title*"),
            ("#hashtag", "#hashtag"),
            ("* one\n+ two\n- three\n  * four", "- one\n- two\n- three\n  - four"),
            ("- [ ] a\n- [x] b", "- ☐ a\n- ☑ b"),
            ("1. **one**", "1. *one*"),
            ("> **q**", "> *q*"),
            ("a\n\n---\n\nb", "a\n\n\n\nb"),
            ("[t](https://a.example/b_c_d)", "t (https://a.example/b_c_d)"),
            ("[t](https://a.example \"x\")", "t (https://a.example)"),
            ("[a_b](https://en.example/wiki/X_(y))", "a_b (https://en.example/wiki/X_(y))"),
            ("[https://a.example](https://a.example/)", "https://a.example/"),
            ("[**t**](https://a.example)", "*t* (https://a.example)"),
            ("**[t](https://a.example)**", "*t (https://a.example)*"),
            ("![pic](https://a.example/p.png)", "pic (https://a.example/p.png)"),
            ("[mail](mailto:a@b.example)", "mail (a@b.example)"),
            ("<https://a.example/x_y_z> <a@b.example>", "https://a.example/x_y_z a@b.example"),
            ("a<br>b", "a\nb"),
            ("| A | B |\n|---|:-:|\n| 1 | **2** |\n| 3 | 4 |\nend", "*A – B*\n1 – *2*\n3 – 4\nend"),
            ("```json\n{\"a\": \"**b**\"}\n```", "```\n{\"a\": \"**b**\"}\n```"),
            ("```\n# x", "```\n# x\n```"),
            ("`a*b*c` and ``**x**``", "`a*b*c` and `**x**`"),
            ("\\*not\\* \\_this\\_", "*not* _this_"),
            ("这是**重点**内容", "这是重点内容"),
        ] {
            assert_eq!(to_whatsapp(text), is, "{text}");
        }
    }

    #[test]
    fn what_is_no_markdown_stays() {
        for text in [
            "2*3*4",
            "2 * 3 * 4",
            "2**3**4",
            "a_b_c",
            "snake_case_name",
            "https://a.example/a_b_c?x=*y*&z=__w__",
            "5 * 3 = 15",
            "*",
            "**",
            "a ** b",
            "3 < 4 > 2",
            "f(x) = [a](",
            "~5~ is about",
            "C:\\dir",
            "`*x*`",
            "a | b",
            "-5 degrees",
            "x_1 and y_1",
            "(c) 2026",
            "(https://a.example/x)",
            "see https://a.example/x_y.",
            "**open",
        ] {
            assert_eq!(to_whatsapp(text), text);
        }
    }
}
