//! What models think aloud: it stands in their answers between marks, and is no part of what they say.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// The marks, in the forms that models and their servers use: `<think>`, `[THINK]`, `◁think▷`, `<|begin_of_thought|>`.
static MARK: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let name = "(?:[a-z]{1,12}:)?(?:(?:ant_?)?think(?:ing)?|thoughts?|reasoning|reason|reflection|analysis|scratchpad|inner_?monologue|internal_?monologue|chain_of_thought)";
    let tag = format!(r"(?:<|&lt;)\s*(?P<a>/?)\s*{name}(?:\s[^<>]*?)?(?P<empty>/?)\s*(?:>|&gt;)");
    let pipe = format!(r"<[|｜]\s*(?P<b>/|end_of_|/?)(?:begin_of_)?{name}\s*[|｜]>");
    let square = r"\[(?P<c>/?)(?:think|thinking|reasoning)\]";
    let kimi = r"◁(?P<d>/?)think(?:ing)?▷";
    Regex::new(&format!("(?i){tag}|{pipe}|{square}|{kimi}")).ok()
});

/// What stands around an answer that follows thoughts, and marks of servers that let them through.
static FRAME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let tags = r"</?(?:answer|final|final_answer|response|output)>";
    let pipes = r"<[|｜](?:begin_of_solution|end_of_solution|begin_of_answer|end_of_answer|im_end|eot_id|end|return)[|｜]>";
    Regex::new(&format!("(?i){tags}|{pipes}")).ok()
});

/// An answer without the thoughts in it: several, unfinished ones, and those whose beginning stood in the question.
pub fn spoken(text: &str) -> String {
    let text = final_channel(text);
    let said = without_marked(&text);
    if said.len() == text.len() {
        return said.trim().to_owned();
    }
    match FRAME.as_ref() {
        Some(frame) => frame.replace_all(&said, "").trim().to_owned(),
        None => said.trim().to_owned(),
    }
}

fn without_marked(text: &str) -> String {
    let Some(mark) = MARK.as_ref() else { return text.to_owned() };
    let (mut said, mut from, mut thinks) = (String::new(), 0, false);
    // Where what was said since the last thought begins.
    let mut since = 0;
    for found in mark.captures_iter(text) {
        let Some(whole) = found.get(0) else { continue };
        if is_quoted(text, whole.start(), whole.end()) && !thinks {
            continue;
        }
        if !thinks {
            said.push_str(&text[from..whole.start()]);
        }
        from = whole.end();
        if is_close(&found) {
            // An end without a beginning: what stands before it was a thought too.
            if !thinks {
                said.truncate(since);
            }
            since = said.len();
            thinks = false;
        } else if found.name("empty").is_none_or(|it| it.as_str().is_empty()) {
            thinks = true;
        }
    }
    if !thinks {
        said.push_str(&text[from..]);
    }
    said
}

fn is_close(found: &Captures<'_>) -> bool {
    ["a", "b", "c", "d"].iter().any(|name| found.name(name).is_some_and(|it| !it.as_str().is_empty()))
}

/// Whether an answer only speaks of a mark, as in: use the tag `<think>`.
fn is_quoted(text: &str, start: usize, end: usize) -> bool {
    text[..start].ends_with('`') && text[end..].starts_with('`')
}

/// What stands in the channel `final`, in answers that have channels; else the text as it is.
fn final_channel(text: &str) -> String {
    const CHANNEL: &str = "<|channel|>";
    let Some((before, rest)) = text.split_once(CHANNEL) else { return text.to_owned() };
    let mut said = before.split("<|start|>").next().unwrap_or_default().to_owned();
    for channel in rest.split(CHANNEL) {
        let (name, body) = channel.split_once("<|message|>").unwrap_or((channel, ""));
        let ends = ["<|end|>", "<|return|>", "<|call|>", "<|start|>"];
        let end = ends.iter().filter_map(|mark| body.find(mark)).min().unwrap_or(body.len());
        if name.trim().to_ascii_lowercase().starts_with("final") {
            said.push_str(&body[..end]);
        }
    }
    said
}

#[cfg(test)]
mod tests {
    use super::spoken;

    #[test]
    fn thoughts_are_no_part_of_what_is_said() {
        for (text, is) in [
            ("Hello", "Hello"),
            ("<think>hm</think>Hello", "Hello"),
            ("<think>\nhm\n</think>\n\nHello", "Hello"),
            ("<THINK>hm</Think> Hello", "Hello"),
            ("<think budget=\"3\">hm</think>Hello", "Hello"),
            ("<thinking>hm</thinking>Hello", "Hello"),
            ("<reasoning effort='high'>hm</reasoning>Hello", "Hello"),
            ("<thought>hm</thought>Hello", "Hello"),
            ("<seed:think>hm</seed:think>Hello", "Hello"),
            ("[THINK]hm[/THINK]Hello", "Hello"),
            ("◁think▷hm◁/think▷Hello", "Hello"),
            (
                "<|begin_of_thought|>hm<|end_of_thought|><|begin_of_solution|>Hello<|end_of_solution|>",
                "Hello",
            ),
            ("&lt;think&gt;hm&lt;/think&gt;Hello", "Hello"),
            ("<think>a</think>Hello <think>b</think>you", "Hello you"),
            ("<think>hm", ""),
            ("Hello <think>hm", "Hello"),
            ("<think>hm</thin", ""),
            ("hm, let me see</think>Hello", "Hello"),
            ("<think>a <think> b</think>Hello", "Hello"),
            ("<think>a<think>b</think>c</think>Hello", "Hello"),
            ("One <think>x</think>two <think>a<think>b</think>c</think>three", "One two three"),
            ("<think></think>", ""),
            ("<think/>Hello", "Hello"),
            ("<think>hm</think><answer>Hello</answer>", "Hello"),
            ("<answer>Hello</answer>", "<answer>Hello</answer>"),
            ("Use the tag `<think>` for it.", "Use the tag `<think>` for it."),
            ("I think <b>so</b>", "I think <b>so</b>"),
            ("<thinker>x</thinker>", "<thinker>x</thinker>"),
            (
                "<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>Hello<|return|>",
                "Hello",
            ),
            ("<|channel|>analysis<|message|>hm", ""),
            (
                "<|start|>assistant<|channel|>commentary<|message|>x<|end|><|channel|>final <|message|>Hello",
                "Hello",
            ),
        ] {
            assert_eq!(spoken(text), is, "{text}");
        }
    }
}
