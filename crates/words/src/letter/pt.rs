//! In Portuguese, as in Brazil.

use chasqui_model::account::{Language, Role};

use super::{Alert, Handoff, Letter, News};
use crate::meta::Explanation;

pub(super) fn alert(it: &Alert<'_>, title: &str, known: Option<(i64, Explanation)>) -> Letter {
    let Alert { number, count, since, .. } = it;
    let (subject, opening) = match it.news {
        News::First => (format!("{number}: {title}"), format!("{title}, em {number}, desde {since}.")),
        News::Again { more } => (
            format!("{number}: {title}, mais {more}"),
            format!("{title}, em {number}: mais {more} vezes, {count} no total desde {since}."),
        ),
        News::Over => (
            format!("{number}: resolvido: {title}"),
            format!("Isto terminou, em {number}: {title}. Aconteceu {count} vezes desde {since}."),
        ),
    };
    let what = match known {
        Some((code, known)) => format!("{}\nO que fazer: {}\n(erro {code})", known.cause, known.cure),
        None => it.said(Language::Pt),
    };
    let talk = it.conversation.map(|link| format!("Abrir a conversa:\n{link}\n\n")).unwrap_or_default();
    let why = if it.asked_for {
        "O autor do bot pede este e-mail nesse nó. Ele vai para os endereços em Configurações; se não houver, para os \
         administradores da conta."
    } else {
        "Você pode mudar ali, em Configurações, quem recebe estes e-mails."
    };
    let ending = format!("{talk}Abrir a integração:\n{}\n\n{why}\n", it.log);
    (subject, it.text(&opening, &what, &ending))
}

pub(super) fn handoff(it: &Handoff<'_>) -> String {
    let Handoff { number, bot, at, link } = it;
    format!(
        "O bot {bot} passou uma conversa de {number} a uma pessoa às {at}. Ele fica em silêncio até alguém responder ou devolver \
         a conversa.\n\nAbrir a conversa:\n{link}\n\nEste e-mail vai para os endereços das configurações da integração. Se não \
         houver, vai para todos que podem assumir.\n"
    )
}

pub(super) fn invitation(host: &str, account: &str, role: Role, link: &str) -> Letter {
    let role = match role {
        Role::Viewer => "leitor",
        Role::Builder => "criador",
        Role::Admin => "administrador",
        Role::Owner => "proprietário",
    };
    let text = format!(
        "{host} convida você para a conta {account} no Chasqui, como {role}.\n\nAbra este link para aceitar o \
         convite:\n{link}\n\nEle funciona uma vez, por 7 dias. Se você não esperava isto, não precisa fazer nada.\n"
    );
    (format!("{host} convida você para {account}"), text)
}

pub(super) fn password_reset(email: &str, link: &str) -> Letter {
    let text = format!(
        "Alguém, esperamos que você, pediu uma nova senha para {email} no Chasqui.\n\nAbra este link para \
         escolhê-la:\n{link}\n\nEle funciona uma vez, por uma hora. Se não foi você, não precisa fazer nada: sua senha \
         continua a mesma.\n"
    );
    ("Escolha uma nova senha".to_owned(), text)
}
