//! A mail server that keeps what it is handed in. It speaks just enough SMTP for a client that does nothing unusual.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

/// A mail as it came over the wire, decoded.
#[derive(Clone, Debug)]
pub struct Mail {
    pub from: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    /// Everybody who was named to the server.
    pub recipients: Vec<String>,
    /// As it came.
    pub raw: String,
}

impl Mail {
    /// The body as HTML.
    pub fn html(&self) -> String {
        self.parsed(|message| message.body_html(0).unwrap_or_default().into_owned())
    }

    /// A header's value as it was meant.
    pub fn header(&self, name: &str) -> Option<String> {
        self.parsed(|message| message.header_raw(name).map(|value| value.trim().to_owned()))
    }

    /// The names and bytes of its files.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        use mail_parser::MimeHeaders;
        let file = |part: &mail_parser::MessagePart<'_>| {
            (part.attachment_name().unwrap_or_default().to_owned(), part.contents().to_vec())
        };
        self.parsed(|message| message.attachments().map(file).collect())
    }

    fn parsed<T>(&self, read: impl FnOnce(&mail_parser::Message<'_>) -> T) -> T {
        read(&mail_parser::MessageParser::default().parse(self.raw.as_bytes()).unwrap())
    }
}

#[derive(Clone)]
pub struct Inbox {
    port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
    refuses: Arc<Mutex<Option<&'static str>>>,
    /// Mails are taken, and nobody is told so.
    pub is_silent: Arc<AtomicBool>,
}

impl Inbox {
    pub async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let inbox = Self { port, mails: Arc::default(), refuses: Arc::default(), is_silent: Arc::default() };
        let shared = inbox.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(shared.clone().serve(stream));
            }
        });
        inbox
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// From here on every mail is answered with this line.
    pub fn refuse(&self, line: Option<&'static str>) {
        *self.refuses.lock().unwrap() = line;
    }

    pub fn all(&self) -> Vec<Mail> {
        self.mails.lock().unwrap().clone()
    }

    /// Waits for the `n`th mail, from 1, and answers it.
    pub async fn nth(&self, n: usize) -> Mail {
        for _ in 0..1000 {
            if let Some(mail) = self.all().get(n - 1) {
                return mail.clone();
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("mail {n} did not come; there are {:?}", self.all());
    }

    async fn serve(self, stream: TcpStream) {
        let (read, mut write) = stream.into_split();
        let mut lines = BufReader::new(read).lines();
        let (mut from, mut to, mut data) = (String::new(), Vec::new(), None::<String>);
        write.write_all(b"220 inbox\r\n").await.unwrap();
        while let Ok(Some(line)) = lines.next_line().await {
            if let Some(body) = &mut data {
                if line == "." {
                    let refused = *self.refuses.lock().unwrap();
                    if refused.is_none() {
                        self.mails.lock().unwrap().push(read_mail(&from, &to, body));
                    }
                    data = None;
                    if self.is_silent.load(Ordering::SeqCst) {
                        std::future::pending::<()>().await;
                    }
                    let answer = refused.unwrap_or("250 taken");
                    write.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
                } else {
                    body.push_str(line.strip_prefix('.').unwrap_or(&line));
                    body.push_str("\r\n");
                }
                continue;
            }
            let word = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            let between = || line.split(['<', '>']).nth(1).unwrap_or_default().to_owned();
            let answer = match word.as_str() {
                "MAIL" => {
                    from = between();
                    to.clear();
                    "250 ok"
                }
                "RCPT" => {
                    to.push(between());
                    "250 ok"
                }
                "DATA" => {
                    data = Some(String::new());
                    "354 go on"
                }
                "QUIT" => "221 bye",
                _ => "250 ok",
            };
            write.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        }
    }
}

fn read_mail(from: &str, to: &[String], raw: &str) -> Mail {
    let message = mail_parser::MessageParser::default().parse(raw.as_bytes()).unwrap();
    Mail {
        from: from.to_owned(),
        to: to.last().cloned().unwrap_or_default(),
        subject: message.subject().unwrap_or_default().to_owned(),
        text: message.body_text(0).unwrap_or_default().replace("\r\n", "\n"),
        recipients: to.to_vec(),
        raw: raw.to_owned(),
    }
}
